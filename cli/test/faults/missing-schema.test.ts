// A database that lacks a part of its schema: reported at the start, with exit code 3. Foreign objects in the file are kept.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, temporaryFolder } from '@anthracite/testing';
import { run, serve, serveOn } from '../program';
import { Sqlite as Database } from '../sqlite';

const folder = temporaryFolder();
const sound = join(folder, 'sound.db');
let copies = 0;

beforeAll(async () => {
  const server = await serve(sound);
  await server.send('1 deploy;env=prod release 1\n2 deploy;env=prod release 2\n');
  expect(await server.stop()).toBe(0);
});

function changed(sql: string): string {
  const file = join(folder, `copy${copies++}.db`);
  copyFileSync(sound, file);
  const db = new Database(file);
  db.unsafeMode(true);
  db.exec(sql);
  db.close();
  return file;
}

function start(file: string): Promise<Ended> {
  return run(serveOn(file));
}

test.each([
  ['DROP INDEX events_by_time', 'the index events_by_time is missing'],
  ['DROP INDEX history_by_event', 'the index history_by_event is missing'],
  ['DROP TABLE series_time', 'the table series_time is missing'],
  ['DROP TABLE meta', 'the table meta is missing'],
  ['DROP TABLE search', 'the table search is missing'],
  ['ALTER TABLE rejects DROP COLUMN peer', 'the table rejects has another definition'],
  [
    'DROP INDEX events_by_time; CREATE INDEX events_by_time ON events (time)',
    'the index events_by_time has another definition',
  ],
  [
    `PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'sqlite_autoindex_series_1'`,
    'sqlite_autoindex_series_1',
  ],
])('ends the server with code 3 and the reason after %s', async (sql, sentence) => {
  const file = changed(sql);
  const ended = await start(file);
  expect(ended).toMatchObject({ exitCode: 3, stdout: '', stderr: expect.stringContaining(sentence) });
  expect(ended.stderr).toContain(`anthracite: ${file} is damaged (`);
});

test('ignores foreign tables, indexes and triggers', async () => {
  const file = changed(`
    CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER);
    CREATE TABLE _litestream_lock (id INTEGER);
    CREATE INDEX mine ON events (description);
    CREATE VIEW recent AS SELECT * FROM events;
    ANALYZE;
  `);
  const server = await serve(file);
  expect(await server.send('1 deploy;env=prod release 1\n3 x y\n')).toContain('ok stored=1 duplicate=1');
  expect(await server.stop()).toBe(0);
});
