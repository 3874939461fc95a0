// Requests that reach no route are refused in the server's own format, with its headers, not with those of the framework.

import { connect } from 'node:net';
import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'http-request-ms': '300' });
});

/** Sends bytes and returns the whole response; the sending side stays open. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(bytes);
  let answer = '';
  for await (const piece of socket) answer += String(piece);
  return answer;
}

function expectOurs(answer: string, status: number, code: string): void {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head.toLowerCase()).toContain('\r\nx-content-type-options: nosniff');
  expect(head.toLowerCase()).toContain("\r\ncontent-security-policy: default-src 'none'");
  expect(head.toLowerCase()).toContain('\r\ncache-control: no-store');
  expect(JSON.parse(body)).toEqual({ error: expect.any(String), code });
}

const get = (path: string, headers = 'Accept: application/json\r\nConnection: close\r\n'): string =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;

test.each([
  ['/events/%zz', 400, 'BAD_PATH'],
  ['/%', 400, 'BAD_PATH'],
  ['/events/%ff', 400, 'BAD_PATH'],
  ['/assets/%e2%28%a1', 400, 'BAD_PATH'],
  [`/events/${'1'.repeat(65)}`, 404, 'NOT_FOUND'],
  [`/functions/${'x'.repeat(2_000)}`, 404, 'NOT_FOUND'],
])('answers the path %s', async (path, status, code) => {
  expectOurs(await raw(get(path)), status, code);
});

test.each([
  ['no HTTP', 'ssh-2.0\r\n\r\n', 400, 'NOT_HTTP'],
  ['a line of ours', '1467844481 deploy release 42\r\n\r\n', 400, 'NOT_HTTP'],
  ['no Host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'NOT_ONE_HOST'],
  [
    'two lengths',
    'POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
    400,
    'NOT_HTTP',
  ],
  ['a header with a NUL', get('/health', 'X-A: \0\r\n'), 400, 'NOT_HTTP'],
  ['a long path', get(`/events/json?${'any=web1&'.repeat(10_000)}`), 431, 'HEAD_TOO_LARGE'],
  ['a long header', get('/health', `X-A: ${'x'.repeat(70_000)}\r\n`), 431, 'HEAD_TOO_LARGE'],
  [
    'long extensions of chunks',
    `POST /events HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\n`,
    413,
    'CHUNK_EXTENSIONS_TOO_LARGE',
  ],
  ['an expectation', get('/health', 'Expect: wonders\r\n'), 417, 'BAD_EXPECTATION'],
  ['a head that never ends', 'GET / HTTP/1.1\r\n', 408, 'REQUEST_TIMEOUT'],
  [
    'a body that never ends',
    'POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx',
    408,
    'REQUEST_TIMEOUT',
  ],
])('%s', async (_name, bytes, status, code) => {
  expectOurs(await raw(bytes), status, code);
});

test('sends a page to a browser', async () => {
  const response = await server.fetch('/events/%zz', { headers: { accept: 'text/html' } });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toContain('text/html');
  expect(await response.text()).toContain('cannot be decoded');
});

test('sends no body to HEAD', async () => {
  const response = await server.fetch('/events/%zz', { method: 'HEAD' });
  expect(response.status).toBe(400);
  expect(await response.text()).toBe('');
});

test('does not mix a response in progress with a refusal', async () => {
  const answer = await raw(`${get('/events/stream', '')}nonsense\r\n\r\n`);
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
});
