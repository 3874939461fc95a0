// A database of every released schema opens with all its data.

import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { openReadOnly } from '../../src/storage/sqlite/database';
import { schemaVersion } from '../../src/storage/sqlite/migrations';
import { start } from '../start';

interface OldChange {
  readonly event: number;
  readonly before: unknown;
  readonly after: unknown;
}

const fixtures = join(__dirname, '../../../test/fixtures');
const folder = temporaryFolder();
const versions = readdirSync(fixtures)
  .flatMap((name) => /^schema-(\d+)\.db$/.exec(name)?.[1] ?? [])
  .map(Number)
  .sort((a, b) => a - b);

test('has a database of every schema, including the present one', () => {
  expect(versions).toEqual(Array.from({ length: schemaVersion }, (_, i) => i + 1));
});

test.each(versions)('keeps the events, types, tags and rejected lines of schema %d', async (version) => {
  const database = join(folder, `schema-${version}.db`);
  copyFileSync(join(fixtures, `schema-${version}.db`), database);
  // The database of schema 2 has tokens, which another test checks.
  const server = await start({ database, 'read-access': 'open', 'write-access': 'open' });
  const expected = readFileSync(join(fixtures, `schema-${version}.txt`), 'utf8');
  expect(await (await server.fetch('/events/raw?limit=all&from=0')).text()).toBe(expected);
  const count = expected.trimEnd().split('\n').length;
  expect(await server.json('/health')).toMatchObject({ status: 'ok' });
  expect(await server.send(expected)).toBe(`ok stored=0 duplicate=${count} rejected=0\n`);
  expect(await server.send('2000000000 new event\n')).toBe('ok stored=1 duplicate=0 rejected=0\n');
  expect(await server.json('/rejects')).toMatchObject({
    rejects: [{ code: 'BAD_TIMESTAMP', line: 'when what text' }],
  });
  expect(await server.json('/types?prefix=deploy')).toMatchObject({
    types: [{ type: 'deploy_vimeo.com', count: 1 }],
  });
});

test('keeps the history of schema 4 and its previous versions as duplicates', async () => {
  const database = join(folder, 'history.db');
  copyFileSync(join(fixtures, 'schema-4.db'), database);
  const old = openReadOnly(database);
  const rows = old.prepare('SELECT event, before, after FROM history ORDER BY id').all() as OldChange[];
  old.close();
  expect(rows).toHaveLength(12);
  const server = await start({ database });
  const told: OldChange[] = [];
  for (const id of new Set(rows.map(({ event }) => event))) {
    const { history } = (await server.json(`/events/${id}/history`)) as { history: OldChange[] };
    told.push(...history.map(({ before, after }) => ({ event: id, before, after })));
  }
  const parsed = rows.map(({ event, before, after }) => ({
    event,
    before: JSON.parse(before as string),
    after: JSON.parse(after as string),
  }));
  const byEvent = (one: OldChange, other: OldChange): number => one.event - other.event;
  expect(told.sort(byEvent)).toEqual(parsed.sort(byEvent));
  // Each is a duplicate, and stays deleted or edited.
  for (const { before } of parsed) {
    if (before === null) continue;
    const response = await server.fetch('/events', { method: 'POST', body: JSON.stringify(before) });
    expect(response.status).toBe(200);
  }
  const restored = await server.fetch('/events/311/restore', { method: 'POST' });
  expect(await restored.json()).toMatchObject({
    id: 311,
    description: 'gone\r\nwith a body',
    tags: ['odd;tag', 'x'],
  });
});

test('keeps the keys of schema 7, also that of a deleted event', async () => {
  const database = join(folder, 'keys.db');
  copyFileSync(join(fixtures, 'schema-7.db'), database);
  const server = await start({ database });
  const submit = async (key: string): Promise<unknown> => {
    const body = JSON.stringify({ type: 'again', description: 'in other words', key });
    return (await server.fetch('/events', { method: 'POST', body })).json();
  };
  expect(await submit('deployment:1')).toEqual({ id: 1, new: false });
  expect(await submit('deployment:2')).toEqual({ id: 311, new: false });
  expect(await submit('deployment:3')).toMatchObject({ new: true });
});

test('keeps the positions and the undelivered messages of the targets of schema 9', async () => {
  const database = join(folder, 'targets.db');
  copyFileSync(join(fixtures, 'schema-9.db'), database);
  const { app } = await start({ database });
  expect(await app.store.targets.all()).toEqual([
    { name: 'ops', position: '312.0', spanPosition: '0.0', failingSince: null, undelivered: 1, forgotten: 0 },
  ]);
  const stored = await app.store.targets.message(1);
  expect(stored?.target).toBe('ops');
  expect(JSON.parse(stored?.message ?? '')).toMatchObject({ id: 'evt_3', type: 'event.stored' });
});

test('keeps the tokens of schema 2: a valid one works, a revoked one does not', async () => {
  const database = join(folder, 'tokens.db');
  copyFileSync(join(fixtures, 'schema-2.db'), database);
  const server = await start({ database });
  const ask = (token: string) =>
    server.fetch('/tokens', { headers: { authorization: `Bearer anth_fixture-token-${token}` } });
  expect(await (await ask('of-nobody')).json()).toMatchObject({
    tokens: [{ name: 'ops', roles: ['admin'], created: '2016-07-06T22:34:41.250Z' }],
  });
  expect((await ask('revoked')).status).toBe(401);
});
