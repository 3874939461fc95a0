// The listener of the bridges: tokens, limits, and a response before any work.

import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { until } from '@anthracite/testing';
import {
  listenForReports,
  type ReportListener,
  type ReportListenerOptions,
  type ReportRequest,
} from '../../src/bridge';

const open = new Set<ReportListener>();

afterEach(async () => {
  for (const listener of open) await listener.close();
  open.clear();
});

async function listen(options: Partial<ReportListenerOptions> = {}) {
  const requests: ReportRequest[] = [];
  const listener = await listenForReports({
    host: '127.0.0.1',
    port: 0,
    maxBodyBytes: 1_048_576,
    token: null,
    answer: (request) => {
      requests.push(request);
      return { status: 202, body: { accepted: true } };
    },
    refuse: ({ answer }) => answer,
    ...options,
  });
  open.add(listener);
  return { url: `http://127.0.0.1:${listener.port}`, port: listener.port, requests };
}

test('passes on a report with its path, query and body', async () => {
  const { url, requests } = await listen();
  const response = await fetch(`${url}/any/path?tag=a&tag=b`, { method: 'POST', body: 'größe' });
  expect([response.status, await response.json()]).toEqual([202, { accepted: true }]);
  expect(requests[0]).toMatchObject({ path: '/any/path' });
  expect(requests[0]?.query.getAll('tag')).toEqual(['a', 'b']);
  expect(requests[0]?.body.whole().toString()).toBe('größe');
});

const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`puppet:${password}`).toString('base64')}`,
});

test.each([
  ['Bearer', { authorization: 'Bearer s@cr:t' }, 202],
  ['the password of basic auth', basic('s@cr:t'), 202],
  ['the password as Puppet sends it, still encoded', basic('s%40cr%3At'), 202],
  ['Chef’s header', { 'x-data-collector-token': 's@cr:t' }, 202],
  ['nothing', {}, 401],
  ['another token', { authorization: 'Bearer s@cr:' }, 401],
  ['an empty password', basic(''), 401],
  ['a password that is badly encoded', basic('%E0%A4%A'), 401],
])('answers a request with %s when a token is set', async (_what, headers, status) => {
  const { url, requests } = await listen({ token: 's@cr:t' });
  const response = await fetch(url, {
    method: 'POST',
    body: 'x',
    headers: headers as Record<string, string>,
  });
  expect(response.status).toBe(status);
  expect(requests).toHaveLength(status === 202 ? 1 : 0);
  expect(await response.text()).not.toContain('s@cr');
});

test('answers a body above the limit with 413, with and without a declared length', async () => {
  const { url, requests } = await listen({ maxBodyBytes: 1_000 });
  const body = Buffer.alloc(17 * 1_048_576, 'x');
  const told = await fetch(url, { method: 'POST', body });
  expect([told.status, await told.json()]).toEqual([
    413,
    { code: 'BODY_TOO_LARGE', error: 'the body is larger than 1000 bytes' },
  ]);
  const stream = new Blob([body]).stream();
  const streamed = await fetch(url, { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
  expect(streamed.status).toBe(413);
  expect(requests).toHaveLength(0);
});

test.each([
  ['too large', { maxBodyBytes: 1_000 }, '', 413],
  ['in an encoding that it is not in', {}, 'Content-Encoding: gzip\r\n', 400],
  ['without a token', { token: 'secret' }, '', 401],
])(
  'answers a sender that reads nothing before it has sent everything: a report %s',
  async (_what, options, header, status) => {
    const bytes = 16 * 1_048_576;
    // An unread rest would block its sender for all this time.
    const { port } = await listen({ maxBodyBytes: bytes, requestMs: 3_600_000, ...options });
    const socket = connect(port, '127.0.0.1').pause();
    let answer = '';
    const closed = new Promise<void>((resolve, reject) => {
      socket.setEncoding('latin1').on('close', () => resolve());
      socket.on('error', reject);
    });
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${header}Content-Length: ${bytes}\r\n\r\n`);
    socket.write('x'.repeat(bytes), () => {
      socket.on('data', (text: string) => {
        answer += text;
      });
      socket.resume();
    });
    await closed;
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  },
);

test('refuses other methods by name', async () => {
  const { url } = await listen();
  const response = await fetch(url);
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});

test('survives a sender that disconnects in the middle', async () => {
  const { url, port, requests } = await listen();
  const socket = connect({ port, host: '127.0.0.1' });
  await new Promise<void>((resolve) =>
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf', () => resolve()),
  );
  socket.resetAndDestroy();
  expect((await fetch(url, { method: 'POST', body: 'x' })).status).toBe(202);
  expect(requests).toHaveLength(1);
});

test('cuts off a sender that is too slow', async () => {
  const { port } = await listen({ requestMs: 200 });
  const socket = connect({ port, host: '127.0.0.1' });
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    answer += text;
  });
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
  await new Promise((resolve) => socket.on('close', resolve));
  expect(answer).toContain('408');
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const)('decompresses a body in %s and applies the limit to the result', async (encoding, compress) => {
  const { url, requests } = await listen({ maxBodyBytes: 100_000 });
  const post = (body: Uint8Array<ArrayBuffer>): Promise<Response> =>
    fetch(url, { method: 'POST', body, headers: { 'content-encoding': encoding } });
  expect((await post(compress('größe'))).status).toBe(202);
  expect(requests.map(({ body }) => body.whole().toString())).toEqual(['größe']);
  expect((await post(compress(Buffer.alloc(4_000_000)))).status).toBe(413);
  const broken = await post(new Uint8Array(compress('größe').subarray(0, 8)));
  expect([broken.status, await broken.json()]).toEqual([
    400,
    { code: 'BODY_NOT_DECODED', error: expect.stringContaining(encoding) },
  ]);
  expect(requests).toHaveLength(1);
});

test('reserves room for the decompressed size of a body, and refuses it when no room is left', async () => {
  const refused: string[] = [];
  const { url, port, requests } = await listen({
    maxArrivingBytes: 1_000_000,
    maxBodyBytes: 4_000_000,
    refuse: ({ answer, begin }) => {
      refused.push(begin.toString('utf8', 0, 4));
      return answer;
    },
  });
  const body = gzipSync(Buffer.alloc(900_000, 'host'));
  const post = (): Promise<Response> =>
    fetch(url, { method: 'POST', body, headers: { 'content-encoding': 'gzip' } });
  // Alone it has room, and next to another it has not.
  expect((await post()).status).toBe(202);
  const other = connect({ port, host: '127.0.0.1' });
  await new Promise<void>((resolve) =>
    other.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\nhalf', () => resolve()),
  );
  await until(async () => (await post()).status === 503, 'the other is under way');
  const answer = await post();
  expect([answer.status, await answer.json(), answer.headers.get('retry-after')]).toEqual([
    503,
    { code: 'REPORTS_FULL', error: expect.any(String) },
    '1',
  ]);
  expect(new Set(refused)).toEqual(new Set(['host']));
  other.resetAndDestroy();
  await until(async () => (await post()).status === 202, 'there is room again');
  expect(requests[0]?.body).toHaveLength(900_000);
});

test('refuses an unknown encoding by name', async () => {
  const { url, requests } = await listen();
  const response = await fetch(url, { method: 'POST', body: 'x', headers: { 'content-encoding': 'zstd' } });
  expect([response.status, await response.json()]).toEqual([
    415,
    { code: 'UNSUPPORTED_ENCODING', error: expect.stringContaining('"zstd"') },
  ]);
  expect(requests).toEqual([]);
});

test.each([['Origin: https://evil.example'], ['Origin: null'], ['Sec-Fetch-Site: same-origin']])(
  'refuses a report from a web page: %s',
  async (header) => {
    const { port, requests } = await listen();
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST / HTTP/1.1\r\nHost: x\r\n${header}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
    );
    let answer = '';
    for await (const piece of socket) answer += String(piece);
    expect(answer).toMatch(/^HTTP\/1\.1 403 .*FOREIGN_ORIGIN/s);
    expect(requests).toEqual([]);
  },
);
