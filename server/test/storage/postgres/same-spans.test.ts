// The marks and spans of PostgreSQL are those of SQLite, after any sequence of events, edits and deletions.

import { join } from 'node:path';
import { hasPostgres, needs, temporaryFolder } from '@anthracite/testing';
import fc from 'fast-check';
import { spanColumns } from '../../../src/storage/marks/span-row';
import { open } from '../opened';
import { batchOf, type NewEvent, newMark } from '../suite/random-events';
import { openWriters } from './opened-writer';

const testWithPostgres = needs('postgresql', hasPostgres);
const change = { at: 7, who: 'somebody' };
const columns = `first_time, first_id, level, ${spanColumns.map((column) => `span.${column}`).join()}`;
const spans = (schema: string): string =>
  `SELECT ${columns}, mark_group.name, text FROM ${schema}span AS span JOIN ${schema}mark_group AS mark_group ON mark_group.id = grp
   JOIN ${schema}series AS series ON series.id = span.series ORDER BY span.id`;

// Series have other ids: their places in the list of marks are compared as texts.
function plain(rows: readonly (readonly unknown[])[], textOf: (series: number) => unknown): unknown[] {
  return rows.map((row) =>
    row.map((value, at) => {
      if (at === 4) return textOf(Number(value));
      if (at !== 11) return value;
      const facts = JSON.parse(String(value)) as unknown[];
      const marks = facts[8] as unknown[][];
      facts[8] = marks.map(([id, time, series, ...rest]) => [id, time, textOf(Number(series)), ...rest]);
      return JSON.stringify(facts);
    }),
  );
}

async function compare(steps: readonly (readonly NewEvent[])[]): Promise<void> {
  const { writers, rows } = await openWriters(2);
  const file = open(join(temporaryFolder(), 'same.db'));
  try {
    let count = 0;
    for (const [i, events] of steps.entries()) {
      const writer = writers[i % 2] as (typeof writers)[number];
      const id = 1 + ((7 * i) % Math.max(1, count));
      if (i % 7 === 3) {
        const patch = events[0] as NewEvent;
        const edited = await writer.edit(id, patch, change, null);
        expect(edited).toEqual(file.writer.edit(id, patch, change, null));
      } else if (i % 7 === 5) {
        expect(await writer.remove(id, change, null)).toEqual(file.writer.remove(id, change, null));
      } else if (i % 11 === 6) {
        expect(await writer.restore(id, change)).toEqual(file.writer.restore(id, change));
      } else {
        const { ids, fresh } = await writer.append(batchOf(events));
        const expected = file.writer.append(batchOf(events));
        expect([[...ids], [...fresh]]).toEqual([[...expected.ids], [...expected.fresh]]);
        count = Math.max(count, ...ids);
      }
      const texts = async (table: string) => new Map((await rows(table)) as [number, string][]);
      const known = await texts('SELECT id, text FROM {s}.series');
      const fileTexts = new Map(
        file.db.prepare('SELECT id, text FROM series').raw().all() as [number, string][],
      );
      const found = await rows(spans('{s}.'));
      expect(plain(found, (series) => known.get(series))).toEqual(
        plain(file.db.prepare(spans('')).raw().all() as unknown[][], (series) => fileTexts.get(series)),
      );
    }
  } finally {
    file.close();
  }
}

testWithPostgres('spans are the same after each of many changes', async () => {
  // SQLite uses up an id for an equal event of the same batch; PostgreSQL does not.
  const batch = fc.uniqueArray(newMark, { minLength: 1, maxLength: 1 });
  await compare(fc.sample(batch, { numRuns: 250, seed: 20_261_128 }));
});

testWithPostgres('spans are the same when a group has more marks than are read at once', async () => {
  const mark = (i: number, role: string): NewEvent => ({
    time: 1_000 * i,
    type: `backup_${role}`,
    tags: [],
    description: `${i}`,
  });
  const starts = Array.from({ length: 700 }, (_, i) => mark(2 * i, 'start'));
  const ends = [1_399, 701, 3, 1_395].map((i) => mark(i, 'end'));
  await compare([starts, ...ends.map((end) => [end]), starts.map((one) => ({ ...one, time: one.time + 1 }))]);
});
