// Places for HTTP requests: no client shuts out the others with its open requests.

import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { atEnd, until } from '@anthracite/testing';
import { peerNetwork } from '../../src/access/peer-network';
import { Turns } from '../../src/doors/http/security/turns';
import { start, type TestServer } from '../start';

// Half of 40 connections are for long responses and 4 are in reserve; a quarter of the 24 of an address.
const small = { 'max-http-connections': '40', 'max-http-connections-per-address': '24' };

const eventBytes = 30_000;

let server: TestServer;
beforeAll(async () => {
  server = await start(small);
  await fill(server, 8);
});

// More than the kernel buffers for a reader; 15 such posts are more than one page.
async function fill(filled: TestServer, posts: number): Promise<void> {
  for (let i = 0; i < posts; i++) {
    const events = Array.from({ length: 80 }, (_, n) => ({
      time: 1_500_000_000_000 + i * 80 + n,
      type: 'big',
      description: 'x'.repeat(eventBytes),
    }));
    expect((await filled.fetch('/events', { method: 'POST', body: JSON.stringify(events) })).status).toBe(
      200,
    );
  }
}

const open = new Set<Socket>();
const closeAll = async (): Promise<void> => {
  for (const socket of open) socket.destroy();
  open.clear();
  await until(
    async () => (await metric('http_places_taken{kind="request"}')) === 1,
    'all places are free again',
  );
};
afterEach(closeAll);

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly response: IncomingMessage;
  /** Reads the response to its end. */
  readonly json: () => Promise<unknown>;
}

/** Sends a request on a separate connection, from one of this machine's addresses, and leaves the response unread. */
async function ask(path: string, from: string, method = 'GET', body = '', url = server.url): Promise<Answer> {
  const asked = request(`${url}${path}`, { localAddress: from, agent: false, method });
  asked.on('socket', (socket) => open.add(socket));
  asked.end(body);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.on('error', () => {});
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers['retry-after'],
    response,
    json: async () => JSON.parse((await response.setEncoding('utf8').toArray()).join('')),
  };
}

/** Connects and sends the start of a possible request. */
async function sit(from: string, sent = ''): Promise<Socket> {
  const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', localAddress: from });
  socket.on('error', () => {});
  open.add(socket);
  await once(socket, 'connect');
  socket.write(sent);
  return socket;
}

async function metric(name: string): Promise<number> {
  const text = await (await server.fetch('/metrics')).text();
  const line = text.split('\n').find((one) => one.startsWith(`anthracite_${name} `));
  return Number(line?.split(' ')[1] ?? 0);
}

let written = 0;
const post = (from: string): Promise<Answer> =>
  ask('/events', from, 'POST', JSON.stringify({ type: 'written', description: String(written++) }));

test('leaves places to others next to the live streams of one address, and says when to retry', async () => {
  const streams = await Promise.all(Array.from({ length: 8 }, () => ask('/events/stream', '127.0.0.2')));
  const refused = streams.filter(({ status }) => status === 503);
  expect(streams.filter(({ status }) => status === 200)).toHaveLength(6);
  expect(refused).toHaveLength(2);
  for (const { retryAfter, json } of refused) {
    expect(retryAfter).toBe('5');
    expect(await json()).toMatchObject({
      code: 'ADDRESS_TOO_BUSY',
      error: expect.stringContaining('max-http-connections-per-address'),
    });
  }
  expect(await metric('http_refused_total{kind="long_answer",shortage="address"}')).toBe(2);
  expect((await ask('/types', '127.0.0.2')).status).toBe(200);
  expect((await ask('/events/stream', '127.0.0.3')).status).toBe(200);
});

test('leaves half of the connections to other requests next to live streams of many addresses', async () => {
  const streams = await Promise.all(
    [2, 3, 4, 5].flatMap((n) => Array.from({ length: 5 }, () => ask('/spans/stream', `127.0.0.${n}`))),
  );
  expect(streams.map(({ status }) => status)).toEqual(Array(20).fill(200));
  const late = await ask('/events/stream', '127.0.0.6');
  expect(await late.json()).toMatchObject({ code: 'TOO_BUSY' });
  for (const path of ['/health', '/types']) expect((await ask(path, '127.0.0.6')).status).toBe(200);
  expect((await post('127.0.0.6')).status).toBe(201);
});

test('gives a proxy the places of all its clients', async () => {
  const own = await start({ 'max-http-connections': '10', 'max-http-connections-per-address': '10' });
  const get = (path: string): Promise<Answer> => ask(path, '127.0.0.2', 'GET', '', own.url);
  const streams = await Promise.all(Array.from({ length: 6 }, () => get('/events/stream')));
  const refused = streams.filter(({ status }) => status === 503);
  expect(refused).toHaveLength(1);
  expect(await refused[0]?.json()).toMatchObject({ code: 'TOO_BUSY' });
});

test('reserves places for writes and the health check', async () => {
  // Bodies that never end hold the places of requests.
  const head = 'POST /events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{';
  for (let n = 0; n < 36; n++) await sit(`127.0.0.${2 + (n % 4)}`, head);
  await until(async () => {
    const { status } = await ask('/types', '127.0.0.7');
    return status === 503;
  }, 'all places for requests are taken');
  expect(await (await ask('/types', '127.0.0.7')).json()).toMatchObject({ code: 'TOO_BUSY' });
  expect((await ask('/health', '127.0.0.7')).status).toBe(200);
  expect((await post('127.0.0.7')).status).toBe(201);
  await Promise.all([...open].map((socket) => socket.destroy()));
});

test('closes idle connections and unfinished headers to make room for new clients', async () => {
  const quiet = await sit('127.0.0.3', 'GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await once(quiet, 'data');
  const idle: Socket[] = [];
  for (let n = 0; n < 50; n++)
    idle.push(await sit('127.0.0.2', n % 2 === 0 ? '' : 'GET /health HTTP/1.1\r\nHo'));
  expect((await ask('/health', '127.0.0.4')).status).toBe(200);
  await until(() => idle.filter(({ closed }) => closed).length >= 10, 'the oldest are closed');
  expect(idle.at(-1)?.closed).toBe(false);
  // Another address keeps its connection.
  quiet.write('GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  expect(String(await once(quiet, 'data'))).toContain('200 OK');
});

test('takes the place of a slow reader for the next request and counts it', async () => {
  const own = await start({
    'max-http-connections-per-address': '8',
    'http-stall-ms': '4000',
    'http-min-bytes-per-second': '1000000000',
  });
  await fill(own, 15);
  const get = (path: string): Promise<Answer> => ask(path, '127.0.0.8', 'GET', '', own.url);
  const slow = [await get('/events/json?limit=all'), await get('/events/json?limit=all')];
  expect((await get('/events/stream')).status).toBe(503);
  // They keep reading, but slower than the minimum.
  const sip = setInterval(() => {
    for (const { response } of slow) response.read(20_000);
  }, 10);
  atEnd(() => clearInterval(sip));
  await until(async () => {
    const { status, response } = await get('/events/stream');
    response.destroy();
    return status === 200;
  }, 'a place is free');
  clearInterval(sip);
  const metrics = await (await own.fetch('/metrics')).text();
  expect(metrics).toContain('anthracite_http_slow_total 1\n');
  expect(metrics).toContain('anthracite_http_stalled_total 0\n');
});

test('leaves places to others next to SQLite exports that nobody reads', async () => {
  const unread = await Promise.all(Array.from({ length: 3 }, () => ask('/events/sqlite', '127.0.0.2')));
  expect(unread.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await ask('/events/sqlite', '127.0.0.2')).status).toBe(503);
  expect((await ask('/events/sqlite', '127.0.0.3')).status).toBe(200);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  [undefined, ''],
])('counts the address %s as %s', (address, network) => {
  expect(peerNetwork(address)).toBe(network);
});

test('gives the turn of a client that gives up to the next in the queue', async () => {
  const turns = new Turns(1);
  const done: string[] = [];
  const never = (): AbortSignal => new AbortController().signal;
  let finish = (): void => {};
  const first = turns.run(() => new Promise<void>((resolve) => (finish = resolve)), never);
  const impatient = new AbortController();
  const second = turns.run(
    async () => done.push('second'),
    () => impatient.signal,
  );
  const third = turns.run(async () => done.push('third'), never);
  impatient.abort(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  expect(done).toEqual([]);
  finish();
  await Promise.all([first, third]);
  expect(done).toEqual(['third']);
});
