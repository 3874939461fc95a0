// Protection against DNS rebinding: requests with an unknown Host get nothing.

import { request } from 'node:http';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { namesOf } from '../../src/access/own-names';
import { start, type TestServer } from '../start';

interface Answer {
  readonly status: number;
  readonly body: string;
}

function ask(server: TestServer, host: string, path = '/health', method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(server.url + path, { method, headers: { host } }, (response) => {
      let body = '';
      response
        .setEncoding('utf8')
        .on('data', (text: string) => {
          body += text;
        })
        .on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

/** Sends a request exactly as given and returns the whole response. */
async function raw(server: TestServer, ...head: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(`${head.join('\r\n')}\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const piece of socket) answer += String(piece);
  return answer;
}

const statusOf = async (server: TestServer, host: string): Promise<number> =>
  (await ask(server, host)).status;

let listed: TestServer;
let unlisted: TestServer;
beforeAll(async () => {
  listed = await start({ 'allowed-hosts': 'events.example.com,events' });
  unlisted = await start();
});

describe.each([
  ['with allowed-hosts', () => listed],
  ['without a setting or a token', () => unlisted],
])('%s', (_name, of) => {
  test.each([
    ['localhost:2006', 200],
    ['LOCALHOST', 200],
    ['localhost.', 200],
    ['127.0.0.1:2006', 200],
    ['192.0.2.7', 200],
    ['[2001:db8::1]:2006', 200],
    [hostname(), 200],
    [`${hostname().toUpperCase()}:2006`, 200],
    ['rebound.example', 421],
    ['rebound.example:2006', 421],
    ['evil.localhost', 421],
    [`${hostname()}.evil.com`, 421],
    ['events.example.com.evil.com', 421],
    ['events@evil.com', 421],
    ['127.0.0.1.evil.com', 421],
    ['0x7f.1', 421],
  ])('answers a Host of %p with %d', async (host, status) => {
    expect(await statusOf(of(), host)).toBe(status);
  });

  test('refuses another name at every route', async () => {
    const server = of();
    for (const { methods, url } of server.app.http.routes) {
      const path = url.replace(':id', '1').replace(':name', 'nothing');
      for (const method of methods) {
        const { status } = await ask(server, 'rebound.example', path, method);
        expect([method, path, status]).toEqual([method, path, 421]);
      }
    }
    for (const path of ['/nowhere', '/events/%zz']) {
      expect((await ask(server, 'rebound.example', path)).status).toBe(421);
    }
  });

  test('accepts a request without a Host, which no browser sends', async () => {
    expect(await raw(of(), 'GET /health HTTP/1.0')).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('refuses two Hosts', async () => {
    const answer = await raw(of(), 'GET /health HTTP/1.1', 'Host: localhost', 'hOST: rebound.example');
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*NOT_ONE_HOST/s);
  });
});

test('names the host and the setting in the refusal', async () => {
  const { body } = await ask(unlisted, 'anthracite:2006', '/events/json');
  expect(JSON.parse(body)).toMatchObject({
    code: 'FOREIGN_HOST',
    error: expect.stringMatching(/"anthracite:2006".*allowed-hosts/),
  });
});

test.each([
  ['events.example.com', 200],
  ['Events.Example.COM:2006', 200],
  ['events', 200],
])('answers a Host of %p, which is on the list, with %d', async (host, status) => {
  expect(await statusOf(listed, host)).toBe(status);
  expect(await statusOf(unlisted, host)).toBe(421);
});

test('accepts a name that the server listens on without a setting', async () => {
  const server = await start({ http: 'localhost:0,LocalHost.localdomain:0' }).catch(() => null);
  // Where the system does not know this name, the server does not start and the test proves nothing.
  if (server) expect(await statusOf(server, 'localhost.localdomain')).toBe(200);
});

test('accepts any name when reading and writing need a token', async () => {
  const ANTHRACITE_TOKENS = 'ops:admin:0123456789abcdef';
  const closed = await start({}, Date.now, { ANTHRACITE_TOKENS });
  expect(await statusOf(closed, 'anything.example.com')).toBe(200);
  const readable = await start({ 'read-access': 'open' }, Date.now, { ANTHRACITE_TOKENS });
  expect(await statusOf(readable, 'anything.example.com')).toBe(421);
});

test.each([
  ['web1', '', ['web1']],
  ['Web1.example.com', '', ['web1.example.com', 'web1']],
  ['web1', '127.0.0.1 localhost\n127.0.1.1\tWEB1.example.com web1 # web9\n', ['web1', 'web1.example.com']],
  ['web1', '# 127.0.1.1 other web1\n10.0.0.2 web10.example.com web10\n', ['web1']],
  ['', '127.0.0.1 localhost', []],
])('finds for the machine %p with the hosts file %p the names %p', (host, hosts, names) => {
  expect(namesOf(host, hosts)).toEqual(names);
});
