// The forwarder against servers that are down, hang, refuse, fail, and come back: every line arrives or waits on disk.

import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { quietPort, temporaryFolder, until } from '@anthracite/testing';
import { Forwarder, type ForwarderOptions, type LineReceipt, Spool, sendLines } from '../../src';
import { tcpServer } from './sockets';

const fast = { limit: Number.POSITIVE_INFINITY, firstPauseMs: 1, maxPauseMs: 20, jitter: 0 };

interface Heard {
  readonly sent: LineReceipt[];
  readonly failures: string[];
  dropped: number;
}

async function forwarder(port: number, options: Partial<ForwarderOptions> = {}, maxLines = 1_000) {
  const heard: Heard = { sent: [], failures: [], dropped: 0 };
  const folder = join(temporaryFolder(), 'spool');
  const spool = await Spool.open(folder, maxLines);
  const made = new Forwarder({
    spool,
    send: (lines) => sendLines(lines, { host: '127.0.0.1', port }, 5_000),
    retry: fast,
    observer: {
      sent: (receipt) => heard.sent.push(receipt),
      failing: (error) => heard.failures.push(error.message),
      dropped: (lines) => {
        heard.dropped += lines;
      },
    },
    ...options,
  });
  return { forwarder: made, spool, heard, folder };
}

/** A server that stores all lines; `answer` is the response to the lines of a connection. */
async function lineServer(
  answer = (lines: string[]) => `ok stored=${lines.length} duplicate=0 rejected=0\n`,
) {
  const received: string[] = [];
  const port = await tcpServer((socket) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    socket.on('end', () => {
      const lines = text.split('\n').slice(0, -1);
      received.push(...lines);
      socket.end(answer(lines));
    });
  });
  return { port, received };
}

test('sends lines in order and leaves an empty spool', async () => {
  const { port, received } = await lineServer();
  const { forwarder: f, spool } = await forwarder(port);
  for (let i = 0; i < 20; i++) await f.submit(`${i} a x`);
  await until(async () => (await spool.count()) === 0, 'all is sent');
  expect([...new Set(received)]).toEqual(Array.from({ length: 20 }, (_, i) => `${i} a x`));
  await f.close();
});

test('keeps lines on disk while nothing listens, reports one failure once, and sends them later', async () => {
  const port = await quietPort();
  const { forwarder: f, spool, heard } = await forwarder(port);
  await f.submit('1 a x');
  await f.submit('2 a y');
  await until(() => heard.failures.length > 0, 'the failure is reported');
  expect(await spool.count()).toBe(2);
  const received: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('data', (piece) => received.push(piece.toString()));
    socket.on('end', () => socket.end('ok stored=2 duplicate=0 rejected=0\n'));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  await until(async () => (await spool.count()) === 0, 'all is sent');
  expect(received.join('')).toBe('1 a x\n2 a y\n');
  expect(heard.failures).toHaveLength(1);
  expect(heard.failures[0]).toContain('ECONNREFUSED');
  await f.close();
  server.close();
});

test.each([
  ['hangs', () => {}, 'did not answer within'],
  ['hangs up', (socket: import('node:net').Socket) => socket.destroy(), 'closed the connection'],
  [
    'is not ours',
    (socket: import('node:net').Socket) => socket.resume().end('SSH-2.0-OpenSSH\r\n'),
    'not an Anthracite server',
  ],
  [
    'cannot store',
    (socket: import('node:net').Socket) =>
      socket
        .resume()
        .on('end', () => socket.end('failed stored=0 duplicate=0 rejected=0\nthe disk is full\n')),
    'the disk is full',
  ],
])('keeps all lines on disk for a server that %s', async (_what, behave, message) => {
  let connections = 0;
  const port = await tcpServer((socket) => {
    connections++;
    behave(socket);
  });
  const {
    forwarder: f,
    spool,
    heard,
  } = await forwarder(port, {
    send: (lines) => sendLines(lines, { host: '127.0.0.1', port }, 100),
  });
  await f.submit('1 a x');
  await until(() => connections >= 3, 'it is tried again and again');
  await f.close();
  expect(await spool.count()).toBe(1);
  expect(heard.failures[0]).toContain(message);
  expect(heard.sent).toEqual([]);
});

test('reports rejected lines and does not send them again, because the server keeps them', async () => {
  const { port } = await lineServer(() => 'ok stored=0 duplicate=0 rejected=1\nline 1: the type is empty\n');
  const { forwarder: f, spool, heard } = await forwarder(port);
  await f.submit('1  x');
  await until(() => heard.sent.length > 0, 'it is answered');
  await f.close();
  expect(heard.sent).toMatchObject([{ rejected: 1, reasons: ['line 1: the type is empty'] }]);
  expect(await spool.count()).toBe(0);
});

test('reports the lines that a full spool lost', async () => {
  const { forwarder: f, heard } = await forwarder(await quietPort(), {}, 2);
  for (let i = 0; i < 5; i++) await f.submit(`${i} a x`);
  await f.close();
  expect(heard.dropped).toBe(3);
});

test('sends lines at once when the spool cannot be written, and passes a failure to the caller', async () => {
  const { port, received } = await lineServer();
  const good = await forwarder(port);
  rmSync(good.folder, { recursive: true });
  writeFileSync(good.folder, '');
  await good.forwarder.submit('1 a x');
  expect(received).toEqual(['1 a x']);
  const bad = await forwarder(await quietPort());
  rmSync(bad.folder, { recursive: true });
  await expect(bad.forwarder.submit('1 a x')).rejects.toThrow('ECONNREFUSED');
});

test('sends waiting lines once on flush, and fails when it cannot', async () => {
  const { port, received } = await lineServer();
  const { forwarder: f, spool } = await forwarder(port);
  for (let i = 0; i < 600; i++) await spool.add(`${i} a x`, i);
  await f.flush();
  expect(received).toHaveLength(600);
  const down = await forwarder(await quietPort());
  await down.spool.add('1 a x', 1);
  await expect(down.forwarder.flush()).rejects.toThrow('ECONNREFUSED');
});

test('closes without waiting for a pause', async () => {
  const slow = { ...fast, firstPauseMs: 3_600_000, maxPauseMs: 3_600_000 };
  const { forwarder: f, spool, heard } = await forwarder(await quietPort(), { retry: slow });
  await f.submit('1 a x');
  await until(() => heard.failures.length > 0, 'the pause has begun');
  await f.close();
  expect(await spool.count()).toBe(1);
});
