// The line client against servers that answer, refuse, hang, send wrong answers, and disconnect.

import { quietPort } from '@anthracite/testing';
import { parseLineAddress, sendLines } from '../../src';
import { failureOf, tcpServer } from './sockets';

const at = (port: number) => ({ host: '127.0.0.1', port });

test('sends all lines, closes the sending side, and reads the answer', async () => {
  let received = '';
  const port = await tcpServer((socket) => {
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    socket.on('end', () => socket.end('ok stored=2 duplicate=1 rejected=1\nline 2: the type is empty\n'));
  });
  const receipt = await sendLines(['1 a x\n', Buffer.from('2 b y\n')], at(port));
  expect(received).toBe('1 a x\n2 b y\n');
  expect(receipt).toEqual({
    stored: 2,
    duplicate: 1,
    rejected: 1,
    reasons: ['line 2: the type is empty'],
    warnings: [],
  });
});

test('accepts lines from a slow source, and an answer in pieces', async () => {
  const port = await tcpServer((socket) => {
    socket.resume().on('end', () => {
      socket.write('ok stor');
      setImmediate(() => socket.end('ed=3 duplicate=0 rejected=0\n'));
    });
  });
  async function* slow() {
    for (const line of ['1 a x\n', '1 a y\n', '1 a z\n']) {
      await new Promise(setImmediate);
      yield line;
    }
  }
  await expect(sendLines(slow(), at(port))).resolves.toMatchObject({ stored: 3 });
});

test('blames lines that cannot be read on their source, not on the server', async () => {
  const port = await tcpServer((socket) => socket.resume());
  // biome-ignore lint/correctness/useYield: it fails before its first line
  async function* broken(): AsyncGenerator<string> {
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  }
  await expect(sendLines(broken(), at(port))).rejects.toThrow('no such file');
});

test('reports a retryable failure when nothing listens, and how to start a server', async () => {
  const error = await failureOf(sendLines(['1 a x\n'], at(await quietPort())));
  expect(error).toMatchObject({ code: 'UNREACHABLE', isRetryable: true });
  expect(error.message).toMatch(/127\.0\.0\.1:\d+ \(ECONNREFUSED\).*anthracite serve/);
});

test('gives up on a server that hangs after the time limit', async () => {
  const port = await tcpServer((socket) => socket.resume());
  const error = await failureOf(sendLines(['1 a x\n'], at(port), 50));
  expect(error).toMatchObject({ code: 'TIMED_OUT', isRetryable: true });
});

test.each([
  ['closes without a word', '', 'CUT_SHORT', true],
  ['could not store', 'failed stored=1 duplicate=0 rejected=1\nthe disk is full\n', 'NOT_STORED', true],
  ['had to stop', 'ok stored=1 duplicate=0 rejected=0\nclosed: the server is stopping\n', 'CUT_SHORT', true],
  ['is another program', 'SSH-2.0-OpenSSH_9.2\r\n', 'NOT_ANTHRACITE', false],
])('reports a server that %s', async (_what, answer, code, isRetryable) => {
  const port = await tcpServer((socket) => socket.resume().on('end', () => socket.end(answer)));
  expect(await failureOf(sendLines(['1 a x\n'], at(port)))).toMatchObject({ code, isRetryable });
});

test('reads the answer of a server that closes in the middle of a long stream', async () => {
  const port = await tcpServer((socket) => {
    socket.once('data', () => {
      socket.end('ok stored=1 duplicate=0 rejected=0\nclosed: the server is stopping\n');
      socket.resume();
    });
  });
  function* endless() {
    for (let i = 0; i < 200_000; i++) yield `${i} a ${'x'.repeat(100)}\n`;
  }
  const error = await failureOf(sendLines(endless(), at(port)));
  expect(error).toMatchObject({ code: 'CUT_SHORT', isRetryable: true });
});

test('limits the stored part of an endless answer', async () => {
  const port = await tcpServer((socket) => {
    socket.resume().on('end', () => {
      for (let i = 0; i < 200; i++) socket.write('x'.repeat(10_000));
      socket.end();
    });
  });
  const error = await failureOf(sendLines(['1 a x\n'], at(port)));
  expect(error.code).toBe('NOT_ANTHRACITE');
  expect(error.message.length).toBeLessThan(300);
});

test('escapes control characters in reasons', async () => {
  const port = await tcpServer((socket) =>
    socket
      .resume()
      .on('end', () => socket.end('ok stored=0 duplicate=0 rejected=1\nline 1: \u001b[2J\u202e\n')),
  );
  const { reasons } = await sendLines(['x\n'], at(port));
  expect(reasons).toEqual(['line 1: \\u001b[2J\\u202e']);
});

test.each([
  ['localhost', { host: 'localhost', port: 2005 }],
  ['db1:2105', { host: 'db1', port: 2105 }],
  ['[::1]:2005', { host: '::1', port: 2005 }],
  ['tcp://10.0.0.1:9/', { host: '10.0.0.1', port: 9 }],
])('reads the address %s', (address, expected) => {
  expect(parseLineAddress(address)).toEqual(expected);
});

test.each(['', ':2005', 'a:b', 'host:70000', 'host:0', 'http://x', '::1', 'a b'])(
  'refuses the address %p with an example',
  (address) => {
    expect(() => parseLineAddress(address)).toThrow('expected an address such as 127.0.0.1:2005');
  },
);
