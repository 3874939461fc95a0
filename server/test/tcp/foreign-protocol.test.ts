// The line port stores nothing of what browsers and other programs send that do not speak its protocol.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { connect as connectByTls } from 'node:tls';
import { until } from '@anthracite/testing';
import { start, type TestServer } from '../start';

const line = '1467844481 evil of a page\n';
const head = 'Host: rebound.example:2005\r\nConnection: keep-alive\r\n\r\n';

let server: TestServer;
beforeAll(async () => {
  server = await start();
});

/** Everything that the port could have stored. */
async function kept(): Promise<unknown> {
  const { events, rejects } = await server.app.store.statistics();
  return { events, rejects };
}

async function closedAs(end: string): Promise<number> {
  const metrics = await (await server.fetch('/metrics')).text();
  return Number(
    new RegExp(`tcp_connections_closed_total\\{end="${end}"\\} (\\d+)`).exec(metrics)?.[1] ?? '0',
  );
}

/** A connection to the port; returns everything that the server sends until it closes. */
async function openSocket(): Promise<{ socket: Socket; answer: Promise<string> }> {
  const options = { port: server.tcpPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true };
  const socket = connect(options).on('error', () => {});
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more;
  });
  const answer = new Promise<string>((resolve) => {
    socket.on('end', () => socket.end()).on('close', () => resolve(text));
  });
  await once(socket, 'connect');
  return { socket, answer };
}

describe('a request', () => {
  test.each([
    ['of a form', `POST / HTTP/1.1\r\n${head}x=\n${line}${line}`],
    ...[8_192, 9_000, 60_000, 70_000, 200_000].map((letters) => [
      `with a path of ${letters} letters`,
      `POST /${'a'.repeat(letters)} HTTP/1.1\r\n${head}\n${line}`,
    ]),
    ['without headers', 'GET /1467844481%20a%20b HTTP/1.1\r\n\r\n'],
    ['for a proxy', `GET http://a/ HTTP/1.1\r\n\r\n${line}`],
    ['of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['of any method', `PROPFIND /\n${line}`],
    ['with two spaces', `POST  / HTTP/1.1\r\n\r\n${line}`],
    ['with a number as its method', `1467844481 /evil HTTP/1.1\r\n${head}${line}`],
    ['that begins as a comment', `# / HTTP/1.1\r\n${head}${line}`],
    ['in small letters', `post / HTTP/1.1\r\n\r\n${line}`],
    ['after lines of its own', `\r\n# x\n${line}POST / HTTP/1.1\r\n${head}${line}`],
    ['with another header first', `patch /a b\r\nAccept: */*\r\nsec-fetch-mode: no-cors\r\n\r\n${line}`],
    ['whose header ends it', 'Origin: null'],
  ])('%s closes the connection and stores nothing', async (_name, request) => {
    const [before, ended] = [await kept(), await closedAs('http')];
    expect(await server.send(request)).toMatch(/^HTTP\/1\.1 400 .*This port takes lines, not HTTP\. /s);
    expect(await kept()).toEqual(before);
    expect(await closedAs('http')).toBe(ended + 1);
  });

  test.each(['POST / HTTP/1.1\r\n', `post /${'a'.repeat(100)} HTTP/1.1\r\n${head}`])(
    'that arrives character by character closes the connection: %j',
    async (request) => {
      const before = await kept();
      const { socket, answer } = await openSocket();
      let isAnswered = false;
      socket.once('end', () => {
        isAnswered = true;
      });
      for (let i = 0; i < request.length && !isAnswered; i++) {
        socket.write(request.charAt(i));
        await nextTurn();
      }
      socket.end(line);
      expect(await answer).toMatch(/^HTTP\/1\.1 400 .*Nothing was stored\.\n$/s);
      expect(await kept()).toEqual(before);
    },
  );

  test('after stored lines leaves them stored and reports their number', async () => {
    const { socket, answer } = await openSocket();
    socket.write('1467844482 deploy before the request\n');
    await until(
      async () => ((await server.json('/events/get_data')) as unknown[]).length === 1,
      'it is stored',
    );
    socket.end(`POST / HTTP/1.1\r\n${head}${line}`);
    expect(await answer).toMatch(/Before it: stored=1 duplicate=0 rejected=0\.\n$/);
    expect(await server.json('/events/get_data')).toHaveLength(1);
  });
});

test('answers a TLS client that the port accepts plain text only', async () => {
  const [before, ended] = [await kept(), await closedAs('tls')];
  const client = connectByTls({ port: server.tcpPort, host: '127.0.0.1' });
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ERR_SSL_WRONG_VERSION_NUMBER');
  expect(await server.send(Buffer.from('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'latin1'))).toBe(
    'failed stored=0 duplicate=0 rejected=0\nclosed: this port takes lines in plain text, not TLS; the setting tcp-tls opens a port for lines over TLS\n',
  );
  expect(await kept()).toEqual(before);
  expect(await closedAs('tls')).toBe(ended + 2);
});

describe('lines that only look like a request', () => {
  test.each([
    ['messages of a shell', 'sh: x.rb: command not found\n', 1],
    ['words in capitals', 'ERROR in line 7\n', 1],
    ['methods alone', 'POST', 1],
    ['headers beyond the twentieth line', `${'# comment\n'.repeat(20)}Host: web1 is down\n`, 1],
  ])('rejects %s one by one and keeps the lines around them', async (name, text, rejected) => {
    const good = `1467844483 deploy after ${name}\n`;
    const isWhole = text.endsWith('\n');
    expect(await server.send(text + (isWhole ? good : ''))).toMatch(
      new RegExp(`^ok stored=${isWhole ? 1 : 0} duplicate=0 rejected=${rejected}\n`),
    );
  });

  test('stores an event about HTTP', async () => {
    expect(await server.send('1467844484 rollout;svc=web HTTP/2\n1467844485 /health HTTP/1.1\n')).toBe(
      'ok stored=2 duplicate=0 rejected=0\n',
    );
  });
});

describe('syslog messages with a count before each', () => {
  const message = '<13>1 2026-11-27T16:53:12Z web1 deployer - - - release 42';
  const counted = `${message.length} ${message}`;

  test('close the connection: the count would be read as a time', async () => {
    const [before, ended] = [await kept(), await closedAs('syslog')];
    const { socket, answer } = await openSocket();
    socket.end(counted + counted);
    expect(await answer).toMatch(
      /^failed stored=0 duplicate=0 rejected=0\nclosed: this port takes lines, not syslog/,
    );
    expect(await kept()).toEqual(before);
    expect(await closedAs('syslog')).toBe(ended + 1);
  });

  test('are rejected lines when they have no count', async () => {
    expect(await server.send(`${message}\n`)).toMatch(
      /^ok stored=0 duplicate=0 rejected=1\nline 1: the timestamp "<13>1" /,
    );
  });

  test.each(['5 quick bye', '101 a <13>1', '57 <b>bold</b> x', '1467844481 <13>1 x'])(
    'stores %s as a line',
    async (text) => {
      expect(await server.send(`${text}\n`)).toBe('ok stored=1 duplicate=0 rejected=0\n');
    },
  );
});
