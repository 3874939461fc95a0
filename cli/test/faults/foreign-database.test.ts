// A foreign file, or one of a newer Anthracite: refused without changing a byte, in any state that
// its own program has left.

import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Ended, temporaryFolder } from '@anthracite/testing';
import { run, serve, serveOn } from '../program';
import { Sqlite as Database } from '../sqlite';

const folder = temporaryFolder();
const applicationId = 0x416e7468;
let copies = 0;

/** Copies a file in its present state, with its journal or log: like a kill of the program that has it open. */
function copyKilled(file: string): string {
  const copy = join(folder, `killed${copies++}.db`);
  for (const suffix of ['', '-journal', '-wal']) {
    if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
  }
  return copy;
}

/** The files in the folder whose names start with that of the file, by their hashes. */
function snapshot(file: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => name.startsWith(basename(file)));
  const hash = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  return Object.fromEntries(names.map((name) => [name, hash(name)]));
}

function start(file: string): Promise<Ended> {
  return run(serveOn(file));
}

/** A database of another program, or of another version of Anthracite, in the state of a kill during a transaction. */
function killedInTransaction(mode: 'DELETE' | 'WAL', header: string): string {
  const file = join(folder, `made${copies++}.db`);
  const db = new Database(file);
  db.pragma(`journal_mode = ${mode}`);
  db.exec(`${header}; CREATE TABLE customers (name TEXT); INSERT INTO customers VALUES ('kept')`);
  db.pragma('cache_size = 1');
  db.pragma('wal_autocheckpoint = 0');
  db.exec('BEGIN; CREATE TABLE half (x)');
  const fill = db.prepare('INSERT INTO half VALUES (randomblob(5000))');
  for (let i = 0; i < 200; i++) fill.run();
  const copy = copyKilled(file);
  db.close();
  return copy;
}

const foreign = 'PRAGMA application_id = 0';
const newer = `PRAGMA application_id = ${applicationId}; PRAGMA user_version = 999`;

test.each([
  [
    'another program, killed with a hot journal',
    'DELETE',
    foreign,
    /of another program\. The file was not changed\./,
  ],
  [
    'another program, killed with a write-ahead log',
    'WAL',
    foreign,
    /of another program\. The file was not changed\./,
  ],
  [
    'a newer Anthracite, killed with a hot journal',
    'DELETE',
    newer,
    /schema version 999.* It was not changed\./,
  ],
  [
    'a newer Anthracite, killed with a write-ahead log',
    'WAL',
    newer,
    /schema version 999.* It was not changed\./,
  ],
] as const)(
  'leaves a database of %s unchanged byte for byte, and adds no files',
  async (_who, mode, header, sentence) => {
    const file = killedInTransaction(mode, header);
    expect(existsSync(file + (mode === 'WAL' ? '-wal' : '-journal'))).toBe(true);
    const before = snapshot(file);
    expect(await start(file)).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(sentence),
    });
    expect(snapshot(file)).toEqual(before);
    // Its own program still finds its data.
    const db = new Database(file);
    expect(db.prepare('SELECT name FROM customers').pluck().all()).toEqual(['kept']);
    db.close();
  },
);

test('recognizes a foreign database whose application id is only in the write-ahead log', async () => {
  const file = join(folder, 'log-only.db');
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec('CREATE TABLE customers (name TEXT)');
  const copy = copyKilled(file);
  db.close();
  const before = snapshot(copy);
  expect(await start(copy)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('of another program'),
  });
  expect(snapshot(copy)).toEqual(before);
});

test('opens its own database that was killed before its write-ahead log was folded', async () => {
  const file = join(folder, 'ours.db');
  const server = await serve(file);
  expect(await server.send('1 a b\n')).toContain('ok stored=1');
  const copy = copyKilled(file);
  server.kill('SIGKILL');
  await server.ended;
  const again = await serve(copy);
  expect(await again.send('1 a b\n')).toContain('duplicate=1');
  expect(await again.stop()).toBe(0);
});

test('leaves a file that is not a database, and a journal next to it, unchanged', async () => {
  const file = join(folder, 'notes.txt');
  writeFileSync(file, 'not a database, '.repeat(1_000));
  writeFileSync(`${file}-journal`, 'a diary');
  const before = snapshot(file);
  expect(await start(file)).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('is damaged (') });
  expect(snapshot(file)).toMatchObject(before);
});
