// Deletion: applies to the state at the time of deletion, stores the text once, and never reuses an id.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { Records } from '../../src/answers/records';
import type { EventQuery } from '../../src/query/event-query';
import { toPosition } from '../../src/storage/position';
import { SqliteAsker } from '../../src/storage/sqlite/sqlite-asker';
import { followAll, open } from './opened';

const folder = temporaryFolder();
const change = { at: 1, who: null };
let files = 0;
const newFile = (): string => join(folder, `${files++}.db`);

const ofType = (type: string): EventQuery => ({
  fromMs: Number.MIN_SAFE_INTEGER,
  untilMs: Number.MAX_SAFE_INTEGER,
  order: 'ascending',
  types: [type],
});

const batchOf = (texts: readonly string[], series = 'a') => ({
  times: texts.map((_, i) => i),
  series: texts.map(() => series),
  descriptions: texts,
  rejects: [],
});
const texts = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `event ${i} ${'x'.repeat(100)}`);

test('checks again events that were added, edited or deleted since the selection', async () => {
  const { writer, reader, close } = open(newFile());
  writer.append(batchOf(['stays', 'leaves', 'goes']));
  writer.append(batchOf(['enters'], 'b'));
  const { ids } = await reader.ids(ofType('a'), 10, null);
  const found = { ids: Float64Array.from(ids), since: toPosition({ event: 4, change: 0 }) };
  expect(ids).toEqual([1, 2, 3]);
  writer.edit(2, { type: 'b' }, change, null);
  writer.remove(3, change, null);
  writer.edit(4, { type: 'a' }, change, null);
  writer.append(batchOf(['comes', 'comes too'], 'a;n=1'));
  expect(writer.removeAll(ofType('a'), found, 3, change)).toEqual({ kind: 'differs', count: 4 });
  expect((await reader.ids(ofType('a'), 10, null)).ids).toEqual([1, 4, 5, 6]);
  expect(writer.removeAll(ofType('a'), found, 4, change)).toEqual({ kind: 'done', count: 4 });
  expect((await reader.ids(ofType('*'), 10, null)).ids).toEqual([2]);
  close();
});

test('does not enlarge the file by a deletion, and can read and restore its text', async () => {
  const file = newFile();
  const { db, writer, reader, catalog, close } = open(file);
  const all = texts(5_000);
  writer.append(batchOf(all));
  followAll(writer, 1_000);
  db.pragma('wal_checkpoint(TRUNCATE)');
  const before = statSync(file).size;
  const { ids } = await reader.ids(ofType('a'), 10_000, null);
  const found = { ids: Float64Array.from(ids), since: toPosition({ event: 5_000, change: 0 }) };
  expect(writer.removeAll(ofType('a'), found, 5_000, change)).toEqual({ kind: 'done', count: 5_000 });
  db.pragma('wal_checkpoint(TRUNCATE)');
  expect(statSync(file).size).toBeLessThan(before * 1.1);
  expect(await catalog.types('', 10)).toMatchObject({ items: [] });
  expect(db.prepare(`SELECT count(*) FROM search WHERE search MATCH '"event"'`).pluck().get()).toBe(0);
  expect(writer.append(batchOf(all.slice(0, 2))).fresh).toEqual(Uint8Array.of(0, 0));
  expect(writer.restore(7, change)).toMatchObject({ kind: 'done', event: { id: 7, description: all[6] } });
  expect((await reader.ids(ofType('a'), 10, null)).ids).toEqual([7]);
  close();
});

test('keeps both versions of each change in the history', async () => {
  const { db, writer, close } = open(newFile());
  writer.append(batchOf(['first']));
  const event = (description: string, type = 'a') => ({ time: 0, type, tags: [], description });
  writer.edit(1, { description: 'second' }, change, null);
  writer.edit(1, { type: 'b' }, change, null);
  writer.remove(1, change, null);
  writer.restore(1, change);
  writer.edit(1, { description: 'third' }, change, null);
  const records = new Records(new SqliteAsker(db));
  const sides = (await records.history(1, 0)).entries.map(({ before, after }) => [before, after]);
  expect(sides).toEqual([
    [event('first'), event('second')],
    [event('second'), event('second', 'b')],
    [event('second', 'b'), null],
    [null, event('second', 'b')],
    [event('second', 'b'), event('third', 'b')],
  ]);
  close();
});

test('never reuses the id of a deleted event, also when another event was edited to its text', async () => {
  const file = newFile();
  const first = open(file);
  first.writer.append(batchOf(['one', 'two']));
  first.writer.remove(2, change, null);
  first.writer.edit(1, { time: 1, description: 'two' }, change, null);
  first.close();
  const second = open(file);
  expect([...second.writer.append(batchOf(['three'])).ids]).toEqual([3]);
  second.close();
});

test('treats a taken id as an error, not as a duplicate', async () => {
  const { db, writer, reader, close } = open(newFile());
  writer.append(batchOf(['own']));
  // Like a process that does not know the writer.
  db.exec("INSERT INTO events (id, time, series, hash, description) VALUES (2, 99, 1, 1, 'foreign')");
  expect(() => writer.append(batchOf(['next']))).toThrow(/UNIQUE constraint failed: events\.id/);
  expect((await reader.ids(ofType('a'), 10, null)).ids).toEqual([1, 2]);
  const { ids, fresh } = writer.append(batchOf(['next']));
  expect([[...ids], [...fresh]]).toEqual([[3], [1]]);
  close();
});
