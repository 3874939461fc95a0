// Every format over HTTP: its headers, its text about truncation, and that it leaves no files.

import { readdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { temporaryFolder, until } from '@anthracite/testing';
import { type ListFormat, listFormatNames, listFormats } from '../../src/formats/registry';
import { Sqlite as BetterSqlite3 } from '../../src/storage/sqlite/sqlite-binding';
import { start, type TestServer } from '../start';

const count = 2_500;
let server: TestServer;
beforeAll(async () => {
  server = await start();
  const lines = Array.from(
    { length: count },
    (_, i) => `${1_467_840_000 + i} deploy_${i % 3};n=${i % 5} "event ${i}\\nsecond line"\n`,
  );
  expect(await server.send(lines.join(''))).toContain('stored=2500');
});

const textFormats = listFormatNames.filter((name) => name !== 'sqlite');
const pathOf = (format: ListFormat, query = ''): string =>
  `/events/${format}?${format === 'jsonp' ? 'callback=cb&' : ''}${query}`;

/** The raw bytes of a response, without the decoding of fetch(). */
function getBytes(
  path: string,
  headers: Record<string, string> = {},
): Promise<{ headers: NodeJS.Dict<string | string[]>; status: number; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    httpRequest(server.url + path, { headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          headers: response.headers,
          status: response.statusCode ?? 0,
          bytes: Buffer.concat(pieces),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

test.each(listFormatNames)(
  'answers %s with its content type, and as a file where it is one',
  async (format) => {
    const { contentType, extension, isFile } = listFormats[format];
    const response = await server.fetch(pathOf(format));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const disposition = response.headers.get('content-disposition');
    expect(disposition).toBe(isFile ? `attachment; filename="anthracite-events.${extension}"` : null);
    await response.arrayBuffer();
  },
);

test.each(listFormatNames)('refuses an unknown parameter for %s', async (format) => {
  const response = await server.fetch(pathOf(format, 'form=-1h'));
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: 'UNKNOWN_PARAMETER' });
});

test.each(
  textFormats.flatMap((format) => [7, 1_000, 2_400].map((limit): [ListFormat, number] => [format, limit])),
)('links %s that is truncated after %d to its next page, and that page follows', async (format, limit) => {
  const seen: string[] = [];
  let path: string | undefined = pathOf(format, `limit=${limit}&type=deploy_*&order=ascending`);
  for (let page = 0; path !== undefined && page < 3; page++) {
    const response = await server.fetch(path);
    const text: string = await response.text();
    seen.push(...[...text.matchAll(/event (\d+)/g)].map((match) => match[1] as string));
    path = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
  }
  const unique = [...new Set(seen)];
  const expected = Math.min(limit * 3, count);
  expect(unique).toEqual(Array.from({ length: expected }, (_, i) => String(i)));
  expect(path === undefined).toBe(expected === count);
});

test.each([
  ['json', /"truncated":true,"next":"(\S+?)"\}\n$/],
  ['jsonp', /"truncated":true,"next":"(\S+?)"\}\);\n$/],
  ['raw', /\n# truncated: continue with after=(\S+)\n$/],
  ['xml', /\n<truncated next="(\S+?)"\/>\n<\/events>\n$/],
  ['atom', /<link rel="next" href="\S+?after=(\S+?)"\/>/],
  ['ics', /X-ANTHRACITE-NEXT:\S+?after=(\S+)\r\n/],
  ['html', /truncated: <a rel="next" href="\S+?after=(\S+?)"/],
] as const)('says inside a truncated %s that it is truncated', async (format, pattern) => {
  for (const limit of [2, 1_500]) {
    const text = await (await server.fetch(pathOf(format, `limit=${limit}`))).text();
    expect(pattern.exec(text.replaceAll('\r\n ', ''))?.[1]).toMatch(/^\d+_\d+$/);
  }
  const whole = await (await server.fetch(pathOf(format, 'limit=all'))).text();
  expect(whole).not.toMatch(pattern);
});

test.each(['csv', 'ndjson'] as const)(
  'lists only events in %s; headers say where a truncated list continues',
  async (format) => {
    for (const limit of [2, 1_500]) {
      const response = await server.fetch(pathOf(format, `limit=${limit}`));
      expect(await response.text()).not.toContain('truncated');
      const next = response.headers.get('x-anthracite-next');
      expect(next).toMatch(/^\d+_\d+$/);
      expect(response.headers.get('link')).toMatch(new RegExp(`[?&]after=${next}>; rel="next"$`));
      const posted = await server.fetch(`/events/${format}`, {
        method: 'POST',
        body: new URLSearchParams({ limit: String(limit) }),
      });
      expect(await posted.text()).not.toContain('truncated');
      expect(posted.headers.get('x-anthracite-next')).toMatch(/^\d+_\d+$/);
    }
    const whole = await server.fetch(pathOf(format, 'limit=all'));
    await whole.arrayBuffer();
    expect(whole.headers.get('x-anthracite-next')).toBeNull();
  },
);

test('compresses a list for clients that accept it, in one piece and in many', async () => {
  for (const path of [pathOf('raw', 'limit=100'), pathOf('raw', 'limit=all'), '/events/get_data?from=0']) {
    const plain = await getBytes(path);
    const packed = await getBytes(path, { 'accept-encoding': 'gzip' });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(packed.headers['vary']).toContain('Accept-Encoding');
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 2);
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
    expect(plain.headers['content-encoding']).toBeUndefined();
    const refused = await getBytes(path, { 'accept-encoding': 'gzip;q=0, identity' });
    expect(refused.headers['content-encoding']).toBeUndefined();
  }
});

test('does not send an unchanged list again, but a changed one', async () => {
  const path = pathOf('atom', 'type=feed');
  await server.send('1467850000 feed first\n');
  const first = await server.fetch(path);
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/"/);
  const again = await server.fetch(path, { headers: { 'if-none-match': etag } });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe('');
  await server.send('1467850001 feed second\n');
  const changed = await server.fetch(path, { headers: { 'if-none-match': etag } });
  expect(changed.status).toBe(200);
  expect(await changed.text()).toContain('second');
});

test.each([
  ['application/json', 'application/json'],
  ['text/csv', 'text/csv; charset=utf-8; header=present'],
  ['application/x-ndjson', 'application/x-ndjson'],
  ['application/atom+xml;q=0.5, text/calendar', 'text/calendar; charset=utf-8'],
  ['text/xml', 'application/xml; charset=utf-8'],
  ['text/plain', 'text/plain; charset=utf-8'],
  ['application/vnd.sqlite3', 'application/vnd.sqlite3'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html; charset=utf-8'],
  ['*/*', 'text/html; charset=utf-8'],
  ['image/png', 'text/html; charset=utf-8'],
])('answers GET /events with Accept %s with %s', async (accept, contentType) => {
  for (const path of ['/events?from=0', '/events/?from=0']) {
    const response = await server.fetch(path, { headers: { accept } });
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(response.headers.get('vary')).toContain('Accept');
    await response.arrayBuffer();
  }
});

test.each(['alert(1)', 'a b', '', '<script>', 'é', 'a;b'])(
  'refuses the jsonp callback %j',
  async (callback) => {
    const response = await server.fetch(`/events/jsonp?callback=${encodeURIComponent(callback)}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'BAD_CALLBACK' });
  },
);

test('requires a callback for jsonp and answers with a script that calls it', async () => {
  expect(await server.json('/events/jsonp')).toMatchObject({ code: 'BAD_PARAMETER' });
  await server.send('1467850002 odd "\u2028 é"\n');
  const script = await (await server.fetch(pathOf('jsonp', 'type=odd'))).text();
  expect(script).toMatch(/^\/\*\*\/cb\([\x20-\x7e\n]*\);\n$/);
  const called: unknown[] = [];
  new Function('cb', script)((list: unknown) => called.push(list));
  expect(called).toMatchObject([{ events: [{ description: '\u2028 é' }], truncated: false }]);
});

test('escapes the text of events in a page, a feed and a document', async () => {
  await server.send('1467850003 <b>;<i> "<script>alert(1)</script>\\n]]>&quot;"\n');
  for (const format of ['html', 'atom', 'xml'] as const) {
    const text = await (await server.fetch(pathOf(format, 'type=<b>'))).text();
    expect(text).toContain('&lt;script&gt;');
    expect(text).not.toContain('<script>');
    expect(text).not.toContain('<b>');
  }
});

const file = join(temporaryFolder(), 'events.db');
const leftovers = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`anthracite-snapshot-${process.pid}.`));

test('returns the selected events in an SQLite file that can be queried, and keeps no copy', async () => {
  const response = await server.fetch('/events/sqlite?type=deploy_1&all=n%3D1');
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  const db = new BetterSqlite3(file, { readonly: true });
  const expected = (await server.json('/events/json?type=deploy_1&all=n%3D1&limit=all')) as {
    events: { id: number; time: number; type: string; tags: string[]; description: string }[];
  };
  expect(expected.events.length).toBeGreaterThan(100);
  expect(db.prepare('SELECT * FROM events ORDER BY time').all()).toEqual(
    expected.events.map(({ tags, ...event }) => ({ ...event, tags: JSON.stringify(tags) })),
  );
  expect(db.prepare('SELECT * FROM event_list ORDER BY id LIMIT 1').get()).toEqual({
    id: expected.events[0]?.id,
    date: '2016-07-06T21:20:01.000Z',
    type: 'deploy_1',
    tags: 'n=1',
    title: 'event 1',
    body: 'second line',
  });
  expect(db.prepare('SELECT * FROM event_tags ORDER BY event_id LIMIT 1').get()).toEqual({
    event_id: expected.events[0]?.id,
    position: 0,
    tag: 'n=1',
    key: 'n',
    value: '1',
  });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  await until(() => leftovers().length === 0, 'the temporary folder is gone');
});

test('keeps no file when a client disconnects while the SQLite file is created', async () => {
  for (let turn = 0; turn < 5; turn++) {
    const gone = new AbortController();
    const asked = server.fetch('/events/sqlite', { signal: gone.signal });
    asked.catch(() => {});
    await until(() => leftovers().length > 0, 'the file is begun');
    gone.abort();
    await until(() => leftovers().length === 0, 'the temporary folder is gone');
  }
  expect((await server.fetch('/events/sqlite')).status).toBe(200);
});

test('refuses more concurrent SQLite files than one address can have', async () => {
  const own = await start();
  // More than the kernel buffers for a reader: a response that nobody reads stays in progress.
  for (let i = 0; i < 20; i++) {
    const description = String(i).padEnd(1_000_000, 'x');
    await own.fetch('/events', {
      method: 'POST',
      body: JSON.stringify({ time: 1_500_000_000_000 + i, type: 'big', description }),
    });
  }
  const ask = (): Promise<Response> =>
    own.fetch('/events/sqlite', { headers: { 'accept-encoding': 'identity' } });
  const unread = [await ask(), await ask()];
  expect(unread.map(({ status }) => status)).toEqual([200, 200]);
  const refused = await ask();
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(await refused.json()).toMatchObject({ code: 'ADDRESS_TOO_BUSY' });
  for (const answer of unread) await answer.arrayBuffer();
  await until(async () => (await ask()).status === 200, 'there is room again');
});
