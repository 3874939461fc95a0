// Compressed bodies are accepted at every door, within the limits. An unsupported encoding is named in the refusal.

import { connect } from 'node:net';
import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { until } from '@anthracite/testing';
import { start, type TestServer } from '../start';

let server: TestServer;
beforeAll(async () => {
  server = await start({ 'max-chef-message-bytes': '65536' });
});

interface Sent {
  readonly status: number;
  readonly code?: string;
  readonly error?: string;
  readonly json: unknown;
}

async function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
  method = 'POST',
): Promise<Sent> {
  const response = await server.fetch(path, { method, body, headers });
  const text = await response.text();
  const json = text.startsWith('{') ? JSON.parse(text) : null;
  return { status: response.status, code: json?.code, error: json?.error, json };
}

// The best compression of a bomb takes seconds.
const quickBrotli = (body: string | Uint8Array) =>
  brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });

const encodings = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZIP', gzipSync],
  ['deflate', deflateSync],
  ['br', quickBrotli],
] as const;

// Many times the maximum size of a body.
const bombBytes = 32 * 1_048_576;
let serial = 0;
const description = (): string => `release ${++serial}`;

describe.each(encodings)('%s', (encoding, compress) => {
  const encoded = { 'content-encoding': encoding };

  test('is accepted at every door of events', async () => {
    const json = { ...encoded, 'content-type': 'application/json' };
    const ours = compress(JSON.stringify({ type: 'encoded', description: description() }));
    const made = await post('/events', ours, json);
    expect(made.status).toBe(201);
    const { id } = made.json as { id: number };
    const graphite = compress(JSON.stringify({ what: description(), tags: 'encoded' }));
    expect((await post('/events/', graphite, json)).status).toBe(200);
    const lines = compress(`1467844481 encoded ${description()}\n`);
    expect((await post('/events', lines, { ...encoded, 'content-type': 'text/plain' })).json).toMatchObject({
      stored: 1,
    });
    const patch = compress(JSON.stringify({ description: description() }));
    expect((await post(`/events/${id}`, patch, json, 'PATCH')).status).toBe(200);
    const reject = compress(JSON.stringify([{ line: 'x', code: 'MISSING_FIELD', error: 'x' }]));
    expect((await post('/rejects', reject, json)).json).toEqual({ kept: 1 });
    const form = compress(`type=encoded&description=${description()}`);
    const added = await server.fetch('/add', {
      method: 'POST',
      body: form,
      redirect: 'manual',
      headers: { ...encoded, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(added.status).toBe(303);
    const target = compress('target=events("encoded")&from=-1h');
    const rendered = await server.fetch('/render', {
      method: 'POST',
      body: target,
      headers: { ...encoded, 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(await rendered.json()).toHaveLength(1);
  });

  test('is accepted at the doors of Chef and Puppet', async () => {
    const name = `node-${encoding}`;
    const chef = JSON.stringify({
      message_type: 'run_converge',
      status: 'failure',
      start_time: '2016-07-06T22:34:41Z',
      run_id: name,
      node_name: name,
      error: { class: 'X', message: 'y' },
      resources: [],
    });
    expect((await post('/chef/data-collector', compress(chef), encoded)).status).toBe(202);
    const puppet = JSON.stringify({
      host: name,
      time: '2016-07-06T22:34:41Z',
      status: 'failed',
      report_format: 12,
      logs: [{ level: 'err', message: 'no', source: 'Puppet', tags: [], time: '2016-07-06T22:34:41Z' }],
      resource_statuses: {},
      metrics: {},
    });
    expect((await post('/puppet/reports', compress(puppet), encoded)).status).toBe(202);
    await until(async () => {
      const found = (await server.json(`/events/json?all=host=${name}`)) as { events: unknown[] };
      return found.events.length === 2;
    }, 'both events are there');
  });

  test('counts by its size after decompression', async () => {
    const bomb = compress(Buffer.alloc(bombBytes, ' '));
    expect(bomb.length).toBeLessThan(bombBytes / 500);
    expect(await post('/events', bomb, encoded)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    const small = compress(Buffer.alloc(70_000, ' '));
    expect(await post('/chef/data-collector', small, encoded)).toMatchObject({
      status: 413,
      code: 'BODY_TOO_LARGE',
    });
  });

  test('is refused when it is damaged, truncated or followed by more bytes', async () => {
    const whole = compress(JSON.stringify({ type: 'broken', description: 'x'.repeat(500) }));
    const wrong = Buffer.from(whole);
    wrong.fill(0xff, 0, 4);
    for (const body of [
      wrong,
      whole.subarray(0, whole.length - 3),
      Buffer.concat([whole, Buffer.from('more')]),
      Buffer.from('plain'),
    ]) {
      const { status, code } = await post('/events', new Uint8Array(body), encoded);
      expect([status, code]).toEqual([400, 'BODY_NOT_DECODED']);
    }
    expect(await server.json('/events/json?type=broken')).toMatchObject({ events: [] });
  });
});

test.each(['zstd', 'gzip, gzip', 'compress', 'aes128gcm'])(
  'refuses the encoding %s by name',
  async (encoding) => {
    const response = await server.fetch('/chef/data-collector', {
      method: 'POST',
      body: 'x',
      headers: { 'content-encoding': encoding },
    });
    expect(response.status).toBe(415);
    expect(response.headers.get('accept-encoding')).toBe('gzip, deflate, br');
    expect(await response.json()).toMatchObject({
      code: 'UNSUPPORTED_ENCODING',
      error: expect.stringContaining(`"${encoding}"`),
    });
  },
);

test('refuses raw deflate, which HTTP does not define', async () => {
  const body = deflateRawSync('{"type":"raw","description":"x"}');
  expect(await post('/events', body, { 'content-encoding': 'deflate' })).toMatchObject({
    code: 'BODY_NOT_DECODED',
  });
});

test('treats identity as uncompressed', async () => {
  const body = JSON.stringify({ type: 'identity', description: 'x' });
  expect((await post('/events', body, { 'content-encoding': 'identity' })).status).toBe(201);
});

test('stores nothing of a compressed body in chunks whose sender disconnects', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  const half = gzipSync(JSON.stringify({ type: 'gone', description: 'x' })).subarray(0, 20);
  socket.write(
    `POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n14\r\n`,
  );
  socket.write(half);
  const taken = async (): Promise<string> =>
    /anthracite_http_places_taken\{kind="request"\} (\d+)/.exec(
      await (await server.fetch('/metrics')).text(),
    )?.[1] ?? '';
  await until(async () => (await taken()) === '2', 'the request is under way');
  socket.resetAndDestroy();
  await until(async () => (await taken()) === '1', 'its place is free');
});

describe('the type of a body', () => {
  const lines =
    '{"id":7,"time":1467844481000,"type":"nd","tags":["a=b"],"description":"one"}\n\n{"type":"nd","description":"two"}\r\nno JSON\n{"type":"nd","type":"x","description":"y"}\n';

  test.each(['application/x-ndjson', 'application/ndjson; charset=utf-8', 'application/jsonl'])(
    'reads %s as one event per line',
    async (type) => {
      const { status, json } = await post('/events', lines, { 'content-type': type });
      expect(status).toBe(200);
      expect(json).toMatchObject({
        rejected: 2,
        problems: [
          { line: 4, code: 'BAD_FIELD' },
          { line: 5, code: 'DUPLICATE_KEY' },
        ],
      });
      expect((json as { events: unknown[] }).events).toHaveLength(2);
    },
  );

  test('imports the output of /events/ndjson', async () => {
    const other = await start();
    const exported = await (await server.fetch('/events/ndjson?limit=all')).text();
    const count = exported.split('\n').length - 1;
    expect(count).toBeGreaterThan(10);
    const answer = await other.fetch('/events', {
      method: 'POST',
      body: gzipSync(exported),
      headers: { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    });
    expect(await answer.json()).toMatchObject({ stored: count, rejected: 0 });
    expect(await (await other.fetch('/events/raw?limit=all')).text()).toBe(
      await (await server.fetch('/events/raw?limit=all')).text(),
    );
  });

  const event = (): string => JSON.stringify({ type: 'typed', description: description() });

  test.each([
    'application/json',
    'application/json; charset=UTF-8',
    'application/json; charset="utf8"',
    'application/cloudevents+json',
    'text/json',
    'application/x-www-form-urlencoded',
    'application/octet-stream',
    'text/plain; charset=ISO-8859-1',
    'application/xml',
  ])('recognizes a JSON object by its first character as %s', async (type) => {
    expect((await post('/events', event(), { 'content-type': type })).status).toBe(201);
  });

  test.each([
    ['application/xml', '<event/>'],
    ['text/csv', 'a,b\n'],
    ['application/msgpack', '\u0081'],
  ])('refuses %s by name', async (type, body) => {
    const refused = await post('/events', body, { 'content-type': type });
    expect(refused).toMatchObject({ status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(refused.error).toContain(`"${type.split(';')[0]}"`);
  });

  test.each([
    ['application/json; charset=iso-8859-1', Buffer.from('{"type":"a","description":"caf\xe9"}', 'latin1')],
    ['text/plain; charset=windows-1252', Buffer.from('1467844481 a caf\xe9\n', 'latin1')],
    ['application/json; charset=utf-16', Buffer.from('{"type":"a","description":"x"}', 'utf16le')],
    ['application/json;charset=utf-16le', Buffer.from('{}')],
  ])('refuses the charset of %s by name', async (type, body) => {
    const refused = await post('/events', new Uint8Array(body), { 'content-type': type });
    expect(refused).toMatchObject({ status: 415, code: 'UNSUPPORTED_CHARSET' });
    expect(refused.error).toContain(type.split('=')[1] ?? '');
  });

  test.each([
    ['/tokens', 'POST'],
    ['/rejects', 'POST'],
    ['/add', 'POST'],
    ['/events/1', 'PATCH'],
  ])('%s accepts no XML', async (path, method) => {
    expect(await post(path, '<x/>', { 'content-type': 'application/xml' }, method)).toMatchObject({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
    });
  });
});
