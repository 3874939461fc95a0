// The first token can be created only by a program on the server's machine, never through a proxy.

import { connect } from 'node:net';
import { start, type TestServer } from '../start';

const body = '{"name":"ops","roles":["admin"]}';

/** Sends a request exactly as given and returns the whole response. */
async function raw(server: TestServer, head: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(`${head.join('\r\n')}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`);
  let answer = '';
  for await (const piece of socket) answer += String(piece);
  return answer;
}

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'allowed-hosts': 'events.example.com' });
});

test.each([
  ['Forwarded', ['POST /tokens HTTP/1.1', 'Host: localhost', 'Forwarded: for=192.0.2.1']],
  ['X-Forwarded-For', ['POST /tokens HTTP/1.1', 'Host: localhost', 'X-Forwarded-For: 192.0.2.1']],
  [
    'an X-Forwarded-For that lies',
    ['POST /tokens HTTP/1.1', 'Host: localhost', 'X-Forwarded-For: 127.0.0.1'],
  ],
  ['an empty X-Forwarded-Proto', ['POST /tokens HTTP/1.1', 'Host: localhost', 'X-Forwarded-Proto:']],
  ['X-Real-IP', ['POST /tokens HTTP/1.1', 'Host: localhost', 'X-Real-IP: 192.0.2.1']],
  ['Via', ['POST /tokens HTTP/1.1', 'Host: localhost', 'Via: 1.1 proxy']],
  ['a Host of the world', ['POST /tokens HTTP/1.1', 'Host: events.example.com']],
  ["nginx's HTTP/1.0", ['POST /tokens HTTP/1.0', 'Host: 127.0.0.1:2006']],
  ['no Host', ['POST /tokens HTTP/1.0']],
])('refuses the first token to a request with signs of a proxy: %s', async (_what, head) => {
  const answer = await raw(server, head);
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  expect(answer).toContain('FIRST_TOKEN_ELSEWHERE');
  expect(server.app.keyring.isUnused).toBe(true);
});

test.each(['evil.example.com', '127.0.0.1.example.com', 'localhost@example.com'])(
  'refuses the first token for the Host %s, which is not a name of the server',
  async (host) => {
    expect(await raw(server, ['POST /tokens HTTP/1.1', `Host: ${host}`])).toMatch(/^HTTP\/1\.1 421 /);
    expect(server.app.keyring.isUnused).toBe(true);
  },
);

test('refuses the first token to a page in a browser', async () => {
  const answer = await raw(server, [
    'POST /tokens HTTP/1.1',
    'Host: localhost',
    'Origin: http://example.com',
  ]);
  expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  expect(answer).toContain('FOREIGN_ORIGIN');
});

test.each(['localhost', 'LOCALHOST:2006', '127.0.0.1', '127.9.9.9:80', '[::1]', '[::1]:2006'])(
  'creates the first token for a program that sends the Host %s',
  async (host) => {
    const own = await start();
    expect(await raw(own, ['POST /tokens HTTP/1.1', `Host: ${host}`])).toMatch(/^HTTP\/1\.1 201 /);
    await own.stop();
  },
);

test('creates the first token also when the settings require tokens from the start', async () => {
  const strict = await start({ 'read-access': 'token', 'write-access': 'token' });
  expect((await strict.fetch('/events/json')).status).toBe(401);
  expect(await raw(strict, ['POST /tokens HTTP/1.1', 'Host: localhost'])).toMatch(/^HTTP\/1\.1 201 /);
});

test('refuses another token without a token once one existed', async () => {
  const ANTHRACITE_TOKENS = 'agent:write:0123456789abcdef';
  const own = await start({}, Date.now, { ANTHRACITE_TOKENS });
  const answer = await raw(own, ['POST /tokens HTTP/1.1', 'Host: localhost']);
  expect(answer).toMatch(/^HTTP\/1\.1 401 /);
});
