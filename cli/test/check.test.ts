// anthracite check: finds damage in a file by id, and nothing in a sound file.

import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { damage, temporaryFolder } from '@anthracite/testing';
import Database from 'better-sqlite3';
import { run, type Served, serve, untilIndexed } from './program';

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
  await server.send('1500001000 incident_sev2_start down\n1500002000 incident_sev2_end up\n');
  await server.send('no event\n');
  await fetch(`${server.url}/events/7`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ description: 'edited by hand' }),
  });
  // The key of a deleted event is sound.
  const gone = JSON.stringify({ type: 'gone', description: 'x', key: 'gone' });
  const { id } = (await (await fetch(`${server.url}/events`, { method: 'POST', body: gone })).json()) as {
    id: number;
  };
  await fetch(`${server.url}/events/${id}`, { method: 'DELETE' });
  await untilIndexed(server);
});

/** A copy that another connection has changed, or with changed bytes. */
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

/**
 * Changes letters in the blocks of the search index, and only there. The first letters of a word are left out if
 * the previous word in the block starts with the same ones. @returns the number of changed blocks
 */
function respellInIndex(file: string, from: string, to: string): number {
  const db = new Database(file).unsafeMode();
  const blocks = db.prepare('SELECT id, block FROM search_data').all() as { id: number; block: Buffer }[];
  const found = blocks.filter(({ block }) => block.includes(from));
  for (const { id, block } of found) {
    block.write(to, block.indexOf(from), 'latin1');
    db.prepare('UPDATE search_data SET block = ? WHERE id = ?').run(block, id);
  }
  db.close();
  return found.length;
}

async function check(file: string): Promise<Told & { exitCode: number | null }> {
  const { stdout, exitCode } = await run(['check', file, '--json']);
  return { ...(JSON.parse(stdout) as Told), exitCode };
}

test('finds no fault in the file of a running server', async () => {
  expect(await check(sound)).toMatchObject({ exitCode: 0, status: 'sound', events: 602, findings: [] });
  const { stdout } = await run(['check'], { env: { ANTHRACITE_DATABASE: sound } });
  expect(stdout).toMatch(/sound\.db: no damage found in 602 events \(\d+\.\d s\)\n/);
  expect(await server.stop()).toBe(0);
});

test('finds a changed byte in a text by its hash, and names the event', async () => {
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
  ["INSERT INTO event_key VALUES ('', 'k', 9999)", 'content', 'event_key', 9999, 'has never existed'],
  ["INSERT INTO event_key VALUES ('s', '', 9)", 'content', 'event_key', 9, 'cannot be read'],
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
  ['UPDATE mark SET time = time + 1 WHERE id = 601', 'content', 'mark', 601, 'differs from its event'],
  ['DELETE FROM mark WHERE id = 602', 'content', 'events', 602, 'its mark is missing'],
  [
    "UPDATE span SET facts = replace(facts, 'sev2', 'sev1')",
    'content',
    'span',
    601,
    'differs from its marks',
  ],
  ['UPDATE rejects SET code = 7.5', 'content', 'rejects', 1, 'rejected line'],
] as const)('finds and names %s', async (sql, kind, table, id, problem) => {
  const { exitCode, findings } = await check(changed(sql));
  expect(exitCode).toBe(3);
  expect(findings).toContainEqual(
    expect.objectContaining({ kind, table, ids: [id], problem: expect.stringContaining(problem) }),
  );
});

test('finds a changed byte in a word of the search index', async () => {
  const file = changed('');
  expect(respellInIndex(file, 'ppening', 'ppeninh')).toBeGreaterThan(0);
  const { exitCode, findings } = await check(file);
  expect(exitCode).toBe(3);
  expect(findings).not.toEqual([]);
});

test('accepts equal hashes: the second text has the next number, also when the first was deleted', async () => {
  const file = changed(
    `INSERT INTO events SELECT 1000, time, series, hash + 1, description FROM events WHERE id = 9;
     DELETE FROM events WHERE id = 1000`,
  );
  expect(await check(file)).toMatchObject({ exitCode: 0, findings: [] });
});

test('refuses a file of another program and a missing file', async () => {
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
