// anthracite check: what it finds in a damaged file, by id, and that it finds nothing in a sound one.

import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { damage, temporaryFolder, until } from '@anthracite/testing';
import Database from 'better-sqlite3';
import { run, type Served, serve } from './program';

const folder = temporaryFolder();
const sound = join(folder, 'sound.db');
let server: Served;
let copies = 0;

interface Told {
  readonly status: string;
  readonly findings: readonly { kind: string; table: string; ids: number[]; problem: string }[];
}

beforeAll(async () => {
  server = await serve(sound);
  const lines = Array.from(
    { length: 600 },
    (_, i) => `${1_500_000_000 + i} type${i % 7};n=${i % 50} happening number ${i}\n`,
  );
  await server.send(lines.join(''));
  await server.send('no event\n');
  await fetch(`${server.url}/events/7`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ description: 'edited by hand' }),
  });
  const lags = async () => [
    ...(await (await fetch(`${server.url}/metrics`)).text()).matchAll(/^anthracite_index_lag.* (\d+)/gm),
  ];
  await until(async () => (await lags()).every(([, lag]) => lag === '0'), 'the indexes have followed');
});

/** A copy that another connection has changed, or whose bytes were. */
function changed(change: string | ((content: Buffer) => void)): string {
  const file = join(folder, `copy${copies++}.db`);
  copyFileSync(sound, file);
  if (typeof change !== 'string') damage(file, change);
  else {
    const db = new Database(file);
    db.exec(change);
    db.close();
  }
  return file;
}

async function check(file: string): Promise<Told & { exitCode: number | null }> {
  const { stdout, exitCode } = await run(['check', file, '--json']);
  return { ...(JSON.parse(stdout) as Told), exitCode };
}

test('beside a running server the file is sound', async () => {
  expect(await check(sound)).toMatchObject({ exitCode: 0, status: 'sound', events: 600, findings: [] });
  const { stdout } = await run(['check'], { env: { ANTHRACITE_DATABASE: sound } });
  expect(stdout).toMatch(/sound\.db is sound: 600 events in \d+\.\d s\n/);
  expect(await server.stop()).toBe(0);
});

test('a byte that was changed in a text is found by the hash beside it, and the event is named', async () => {
  const file = changed((content) => {
    const text = Buffer.from('happening number 123');
    for (let at = content.indexOf(text); at >= 0; at = content.indexOf(text, at + 1)) content[at] = 0x48;
  });
  const { exitCode, stdout } = await run(['check', file]);
  expect(exitCode).toBe(3);
  expect(stdout).toContain('  event 124: the description does not match its hash\n');
});

test.each([
  ['UPDATE events SET hash = hash - 1 WHERE id = 9', 'content', 'events', 9, 'hash'],
  ['UPDATE events SET hash = hash + 1 WHERE id = 9', 'content', 'events', 9, 'hash'],
  ['DELETE FROM series_time WHERE id = 5', 'structure', 'events', 5, 'series_time'],
  ['DELETE FROM search WHERE rowid = 5', 'content', 'events', 5, 'search index'],
  ["UPDATE series SET type = 'other' WHERE id = 2", 'content', 'series', 2, 'the type differs'],
  ['UPDATE series SET count = count + 1 WHERE id = 2', 'content', 'series', 2, 'the count of events'],
  ['DELETE FROM series_tag WHERE series = 2', 'content', 'series', 2, 'a tag is missing'],
  ["INSERT INTO series_tag VALUES ('more', 1, 2)", 'content', 'series', 2, 'a tag differs'],
  [
    'PRAGMA foreign_keys = OFF; UPDATE events SET series = 5000 WHERE id = 3',
    'content',
    'events',
    3,
    'the series is missing',
  ],
  ['UPDATE rejects SET code = 7.5', 'content', 'rejects', 1, 'rejected line'],
] as const)('%s: found, and named', async (sql, kind, table, id, problem) => {
  const { exitCode, findings } = await check(changed(sql));
  expect(exitCode).toBe(3);
  expect(findings).toContainEqual(
    expect.objectContaining({ kind, table, ids: [id], problem: expect.stringContaining(problem) }),
  );
});

test('a byte that was changed in a word of the search index is found', async () => {
  const file = changed((content) => {
    const word = Buffer.from('0happening');
    for (let at = content.indexOf(word); at >= 0; at = content.indexOf(word, at + 1)) content[at + 9] = 0x6f;
  });
  const { exitCode, findings } = await check(file);
  expect(exitCode).toBe(3);
  expect(findings).not.toEqual([]);
});

test('equal hashes are no damage: the second text has the next number, also when the first was deleted', async () => {
  const file = changed(
    `INSERT INTO events SELECT 1000, time, series, hash + 1, description FROM events WHERE id = 9;
     DELETE FROM events WHERE id = 1000`,
  );
  expect(await check(file)).toMatchObject({ exitCode: 0, findings: [] });
});

test('a file of another program, and one that is missing, are refused', async () => {
  const file = join(folder, 'other.db');
  const db = new Database(file);
  db.exec('CREATE TABLE customers (name TEXT)');
  db.close();
  expect(await run(['check', file])).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('of another program'),
  });
  writeFileSync(join(folder, 'x'), '');
  expect(await run(['check', join(folder, 'missing.db')])).toMatchObject({ exitCode: 2 });
});
