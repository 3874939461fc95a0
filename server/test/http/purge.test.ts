// A purged event with a secret: its bytes are in no file of the database, in no answer, and in no message of a stream.

import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until, usesPostgres, withSqlite } from '@anthracite/testing';
import { checkFile } from '../../src';
import { connect } from '../../src/storage/sqlite/sqlite-binding';
import { start, type TestServer } from '../start';
import { Follower } from './follower';

/** The first characters are the same in no other word, so a search index cannot leave them out. */
const newSecret = (): string => `zq${randomBytes(9).toString('hex')}`;

let server: TestServer;
let number = 0;

beforeEach(async () => {
  server = await start({}, Date.now, {
    ANTHRACITE_TOKENS: 'ops:admin:0123456789abcdef0123 editor:read,write:abcdef0123456789abcd',
  });
  // Other events, so that the pages of the database are not only those of one event.
  await add(...Array.from({ length: 400 }, (_, i) => event(`host=h${i % 20}`, `run ${i} of ${i % 7}`)));
});
afterEach(() => server.stop());

const event = (tag: string, description: string, type = 'puppet') => ({
  time: 1_700_000_000_000 + 1_000 * number++,
  type,
  tags: [tag],
  description,
});

async function ask(method: string, path: string, body?: unknown, secret = '0123456789abcdef0123') {
  const response = await server.fetch(path, {
    method,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes
  return { status: response.status, text, json: (): any => JSON.parse(text) };
}

async function add(...events: object[]): Promise<number[]> {
  const { status, json } = await ask('POST', '/events', events);
  expect(status).toBe(200);
  return json().events.map(({ id }: { id: number }) => id);
}

/** The files of the database, and the other files in its folder, that contain a text in any case. */
function filesWith(text: string): string[] {
  const needle = text.slice(4).toLowerCase();
  return readdirSync(server.folder).filter((name) =>
    readFileSync(join(server.folder, name), 'latin1').toLowerCase().includes(needle),
  );
}

async function answersWith(secrets: readonly string[], ids: readonly number[]): Promise<string[]> {
  const found: string[] = [];
  const everywhere = server.app.http.routes.filter(
    ({ methods, url }) => methods.includes('GET') && !/[:*]|stream/.test(url),
  );
  const ofIds = ids.flatMap((id) => [`/events/${id}`, `/events/${id}/history`, `/spans/${id}`]);
  const range = '?from=0&limit=all';
  const ranged = ['json', 'raw', 'ndjson', 'csv', 'xml', 'atom', 'ics', 'html', 'sqlite', 'timeline'].map(
    (format) => `/events/${format}${range}`,
  );
  const searched = secrets.map((secret) => `/tags/autoComplete/tags?tagPrefix=${secret.slice(0, 3)}`);
  for (const path of [...everywhere.map(({ url }) => url), ...ofIds, ...ranged, ...searched]) {
    const { text } = await ask('GET', path);
    if (secrets.some((secret) => text.includes(secret))) found.push(path);
  }
  return found;
}

async function purge(id: number): Promise<void> {
  const first = await ask('POST', `/events/${id}/purge`);
  expect([first.status, first.json()]).toEqual([200, { id, erased: expect.any(Boolean) }]);
  // PostgreSQL decides when it overwrites bytes.
  if (usesPostgres) return;
  await until(
    async () => (await ask('POST', `/events/${id}/purge`)).json().erased,
    'the bytes of purged events are erased',
  );
}

withSqlite('bytes of the file')(
  'leaves no byte of a secret in text, tags, type, key, former versions and deleted events',
  async () => {
    const secrets = Array.from({ length: 7 }, newSecret) as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const [inText, inTag, inType, inKey, inFormer, inDeleted, inMark] = secrets;
    const ids = await add(
      { ...event(`token=${inTag}`, `password is ${inText}`), key: inKey },
      event('env=prod', 'the type has it', inType),
      event('env=prod', `was ${inFormer}`),
      event(`old=${inDeleted}`, `deleted ${inDeleted} é`),
      event(`span=${inMark}`, 'begins', `${inMark}_start`),
      event(`span=${inMark}`, 'ends', `${inMark}_end`),
    );
    await add(...Array.from({ length: 400 }, (_, i) => event(`host=h${i % 20}`, `later run ${i}`)));
    await ask('PATCH', `/events/${ids[2]}`, { description: 'now without it' });
    await ask('DELETE', `/events/${ids[3]}`);
    const { targets, position } = server.app.store;
    const place = await position();
    const putAside = async (title: string, message: object): Promise<void> =>
      targets.step({
        ...{ target: 'chat', position: place, spanPosition: place, failingSince: null },
        undelivered: { at: 1, title, why: 'refused', message: JSON.stringify(message) },
      });
    await putAside(inText, { type: 'event.stored', event: { id: ids[0], description: inText } });
    await putAside(inMark, {
      type: 'span.opened',
      span: { id: ids[4], marks: [{ id: ids[4] }], title: inMark },
    });
    await putAside('kept', { type: 'event.stored', event: { id: 1, description: 'kept' } });
    // Until the search index has them, which is when their words must be removed from it.
    await until(
      async () => /anthracite_index_lag\{index="search"\} 0\n/.test((await ask('GET', '/metrics')).text),
      'the search index has all events',
    );
    expect(secrets.flatMap(filesWith).length).toBeGreaterThanOrEqual(secrets.length);
    expect((await answersWith(secrets, ids)).length).toBeGreaterThan(10);
    for (const id of ids) await purge(id);
    expect(secrets.flatMap(filesWith)).toEqual([]);
    expect(await answersWith(secrets, ids)).toEqual([]);
    expect((await targets.undelivered(0, 10)).map(({ title }) => title)).toEqual(['kept']);
    const { text } = await ask('GET', '/types');
    expect(text).not.toContain('zq');
    // A second start does not bring anything back.
    await server.stop();
    expect(secrets.flatMap(filesWith)).toEqual([]);
    expect(await checkFile(join(server.folder, 'anthracite.db'))).toMatchObject({
      status: 'sound',
      events: 800,
    });
  },
  60_000,
);

test('is in the history, which says only when and by whom', async () => {
  const secret = newSecret();
  const [id = 0] = await add(event('env=prod', secret, 'leak'));
  await ask('PATCH', `/events/${id}`, { description: `${secret} again` });
  await purge(id);
  const history = (await ask('GET', `/events/${id}/history`)).json();
  expect(history).toEqual({
    id,
    isDeleted: true,
    history: [{ change: expect.any(Number), at: expect.any(String), who: 'ops', before: null, after: null }],
    truncated: false,
  });
  expect((await ask('GET', `/events/${id}`)).status).toBe(404);
  const restored = await ask('POST', `/events/${id}/restore`);
  expect([restored.status, restored.json().code]).toEqual([410, 'EVENT_PURGED']);
  const page = await server.fetch(`/events/${id}`, {
    headers: { accept: 'text/html', authorization: 'Bearer 0123456789abcdef0123' },
  });
  expect([page.status, (await page.text()).includes('was purged')]).toEqual([410, true]);
  expect((await ask('GET', '/metrics')).text).toContain(
    'anthracite_events_removed_total{reason="purge"} 1\n',
  );
});

test('stores an event that is sent again after its purge as a new one', async () => {
  const again = { ...event('env=prod', 'sent twice'), key: 'run-1' };
  const [id = 0] = await add(again);
  expect(await add(again)).toEqual([id]);
  await purge(id);
  const [next = 0] = await add(again);
  expect(next).toBeGreaterThan(id);
  expect(await add(again)).toEqual([next]);
});

withSqlite('bytes of the file')('leaves no byte of a rejected line that was deleted', async () => {
  const secret = newSecret();
  await server.send(`no-time ${secret}\n`);
  const { rejects } = (await ask('GET', '/rejects')).json();
  expect(filesWith(secret).length).toBeGreaterThan(0);
  expect((await ask('DELETE', `/rejects/${rejects[0].id}`)).status).toBe(204);
  await until(() => filesWith(secret).length === 0, 'no file has a byte of the line');
});

test('is refused without the role admin, and for an event that never existed', async () => {
  const [id = 0] = await add(event('env=prod', 'kept'));
  expect((await ask('POST', `/events/${id}/purge`, undefined, 'abcdef0123456789abcd')).status).toBe(403);
  expect((await ask('GET', `/events/${id}`)).status).toBe(200);
  const missing = await ask('POST', '/events/999999/purge');
  expect([missing.status, missing.json().code]).toEqual([404, 'NEVER_THERE']);
});

withSqlite('bytes of the file')(
  'reports that bytes are left while somebody reads an earlier state, and erases them afterwards',
  async () => {
    const secret = newSecret();
    const [id = 0] = await add(event('env=prod', secret));
    const reader = connect(join(server.folder, 'anthracite.db'), { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM events').get();
    expect((await ask('POST', `/events/${id}/purge`)).json()).toEqual({ id, erased: false });
    expect((await ask('POST', `/events/${id}/purge`)).json()).toEqual({ id, erased: false });
    reader.exec('COMMIT');
    reader.close();
    await purge(id);
    expect(filesWith(secret)).toEqual([]);
  },
);

test('moves no stream back, and reports the removal to each stream', async () => {
  await server.stop();
  server = await start();
  const post = async (body: object): Promise<number> =>
    ((await server.json('/events', { method: 'POST', body: JSON.stringify(body) })) as { id: number }).id;
  const id = await post(event('env=prod', 'leaked', 'leak'));
  const matching = await Follower.open(`${server.url}/events/stream?type=leak`);
  await server.fetch(`/events/${id}/purge`, { method: 'POST' });
  await until(() => matching.messages.length === 1, 'the stream has a message');
  expect(matching.messages[0]).toMatchObject({
    name: 'change',
    data: { id, who: null, before: null, after: null },
  });
  const { lastId } = matching;
  matching.close();
  const again = await Follower.open(`${server.url}/events/stream`, lastId);
  await post(event('env=prod', 'next'));
  await until(() => again.messages.length === 1, 'the stream continues');
  expect(again.messages[0]).toMatchObject({ name: 'event', data: { description: 'next' } });
  again.close();
});
