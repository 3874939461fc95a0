// Deleting: what was found is deleted as it is by then, once stored, and no id is given twice.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import type { EventQuery } from '../../src/store/event-store';
import { Records } from '../../src/store/records';
import { Statements } from '../../src/store/statements';
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

test('what came, was edited or was deleted since it was found is looked at again', () => {
  const { writer, reader, close } = open(newFile());
  writer.append(batchOf(['stays', 'leaves', 'goes']));
  writer.append(batchOf(['enters'], 'b'));
  const { ids } = reader.ids(ofType('a'), 10, null);
  const found = { ids: Float64Array.from(ids), since: { event: 4, change: 0 } };
  expect(ids).toEqual([1, 2, 3]);
  writer.edit(2, { type: 'b' }, change, null);
  writer.remove(3, change, null);
  writer.edit(4, { type: 'a' }, change, null);
  writer.append(batchOf(['comes', 'comes too'], 'a;n=1'));
  expect(writer.removeAll(ofType('a'), found, 3, change)).toEqual({ kind: 'differs', count: 4 });
  expect(reader.ids(ofType('a'), 10, null).ids).toEqual([1, 4, 5, 6]);
  expect(writer.removeAll(ofType('a'), found, 4, change)).toEqual({ kind: 'done', count: 4 });
  expect(reader.ids(ofType('*'), 10, null).ids).toEqual([2]);
  close();
});

test('a deletion makes the file no larger, and its text can be read and restored', () => {
  const file = newFile();
  const { db, writer, reader, catalog, close } = open(file);
  const all = texts(5_000);
  writer.append(batchOf(all));
  followAll(writer, 1_000);
  db.pragma('wal_checkpoint(TRUNCATE)');
  const before = statSync(file).size;
  const { ids } = reader.ids(ofType('a'), 10_000, null);
  const found = { ids: Float64Array.from(ids), since: { event: 5_000, change: 0 } };
  expect(writer.removeAll(ofType('a'), found, 5_000, change)).toEqual({ kind: 'done', count: 5_000 });
  db.pragma('wal_checkpoint(TRUNCATE)');
  expect(statSync(file).size).toBeLessThan(before * 1.1);
  expect(catalog.types('', 10)).toMatchObject({ items: [] });
  expect(db.prepare(`SELECT count(*) FROM search WHERE search MATCH '"event"'`).pluck().get()).toBe(0);
  expect(writer.append(batchOf(all.slice(0, 2))).fresh).toEqual(Uint8Array.of(0, 0));
  expect(writer.restore(7, change)).toMatchObject({ kind: 'done', event: { id: 7, description: all[6] } });
  expect(reader.ids(ofType('a'), 10, null).ids).toEqual([7]);
  close();
});

test('a history tells both sides of each change', () => {
  const { db, writer, close } = open(newFile());
  writer.append(batchOf(['first']));
  const event = (description: string, type = 'a') => ({ time: 0, type, tags: [], description });
  writer.edit(1, { description: 'second' }, change, null);
  writer.edit(1, { type: 'b' }, change, null);
  writer.remove(1, change, null);
  writer.restore(1, change);
  writer.edit(1, { description: 'third' }, change, null);
  const records = new Records(new Statements(db));
  const sides = records.history(1, 0).entries.map(({ before, after }) => [before, after]);
  expect(sides).toEqual([
    [event('first'), event('second')],
    [event('second'), event('second', 'b')],
    [event('second', 'b'), null],
    [null, event('second', 'b')],
    [event('second', 'b'), event('third', 'b')],
  ]);
  close();
});

test('the id of a deleted event is not given again, also when another event became what that was', () => {
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

test('an id that is taken is an error, and no duplicate', () => {
  const { db, writer, reader, close } = open(newFile());
  writer.append(batchOf(['own']));
  // As somebody who knows nothing of the writer.
  db.exec("INSERT INTO events (id, time, series, hash, description) VALUES (2, 99, 1, 1, 'foreign')");
  expect(() => writer.append(batchOf(['next']))).toThrow(/UNIQUE constraint failed: events\.id/);
  expect(reader.ids(ofType('a'), 10, null).ids).toEqual([1, 2]);
  const { ids, fresh } = writer.append(batchOf(['next']));
  expect([[...ids], [...fresh]]).toEqual([[3], [1]]);
  close();
});
