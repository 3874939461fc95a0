// An index that differs from its events: every reader that uses it reports a damaged file and returns no incomplete result.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { damageBytes, temporaryFolder, timeBytes } from '@anthracite/testing';
import type { Page } from '../../src/answers/answers';
import type { Cursor, EventQuery } from '../../src/query/event-query';
import { Damage } from '../../src/storage/store-error';
import { followAll, type Opened, open } from './opened';

const folder = temporaryFolder();
const sound = join(folder, 'sound.db');
const total = 3_000;
const timeOf = (i: number): number => 1_500_000_000_000 + i * 1_000;
const all = { fromMs: 0, untilMs: timeOf(total), order: 'ascending' } as const satisfies EventQuery;
let copies = 0;
// The number of an event in the middle whose hash has four bytes: hashes depend on the random seed of the file.
let place = 0;

beforeAll(() => {
  const opened = open(sound);
  const numbers = Array.from({ length: total }, (_, i) => i);
  opened.writer.append({
    times: numbers.map(timeOf),
    series: numbers.map((i) => `type${i % 3};n=${i % 5}`),
    descriptions: numbers.map((i) => `event ${i}`),
    rejects: [],
  });
  followAll(opened.writer, 1_000);
  place = opened.db
    .prepare(
      'SELECT id - 1 FROM events WHERE id > 1203 AND id % 15 = 4 AND abs(hash) > 8388607 ORDER BY id LIMIT 1',
    )
    .pluck()
    .get() as number;
  opened.close();
});

// The start of the records of the two indexes, before the time: the kinds of their columns. A hash takes four bytes if it is large.
const entryOfTime = Buffer.from([5, 1, 4, 2]);
const entryOfSeries = Buffer.from([1, 5, 2]);

/** A copy with other bytes in an index, from a given offset after the start of the time of one of its entries. */
function damaged(start: Buffer, others: Buffer, offset = 0): Opened {
  const file = join(folder, `copy${copies++}.db`);
  copyFileSync(sound, file);
  const series = start === entryOfSeries ? seriesOf() : Buffer.alloc(0);
  const bytes = Buffer.concat([start, series, timeBytes(timeOf(place))]);
  damageBytes(file, 'index', bytes, others, start.length + series.length + offset);
  return open(file);
}

function seriesOf(): Buffer {
  const opened = open(sound);
  const series = opened.db
    .prepare('SELECT series FROM events WHERE id = ?')
    .pluck()
    .get(place + 1);
  opened.close();
  return Buffer.from([series as number]);
}

const idBytes = (id: number): Buffer => Buffer.from([id >> 8, id & 255]);

async function pages({ reader }: Opened, query: EventQuery): Promise<number> {
  let count = 0;
  let after: Cursor | null = null;
  do {
    const page: Page = await reader.page(query, null, 'raw', 500, after);
    count += page.count;
    after = page.next;
  } while (after !== null);
  return count;
}

test('reads a sound file completely', async () => {
  const file = join(folder, 'whole.db');
  copyFileSync(sound, file);
  const opened = open(file);
  for (const order of ['ascending', 'descending'] as const) {
    expect(await pages(opened, { ...all, order })).toBe(total);
    expect(await pages(opened, { ...all, order, types: ['type1'], all: ['n=2'] })).toBe(total / 15);
    expect(await pages(opened, { ...all, order, types: ['type*'] })).toBe(total);
  }
  opened.close();
});

test.each([
  ['far ahead', timeOf(2_500)],
  ['beyond the range', timeOf(total * 2)],
  ['far back', timeOf(10)],
])('returns no incomplete result for an entry whose time is %s', async (_what, other) => {
  const opened = damaged(entryOfTime, timeBytes(other));
  for (const order of ['ascending', 'descending'] as const) {
    const read = (): Promise<number> => pages(opened, { ...all, order });
    let count = 0;
    try {
      count = await read();
    } catch (error) {
      expect(error).toBeInstanceOf(Damage);
      continue;
    }
    // The returned events are complete and unchanged.
    expect(count).toBe(total);
  }
  opened.close();
});

test.each([
  ['another event', idBytes(2_000)],
  ['no event', idBytes(total + 500)],
])('reports damage for an entry of the index of times that leads to %s', async (_what, id) => {
  // After the time, one byte of series and four of the hash.
  const opened = damaged(entryOfTime, id, 11);
  await expect(pages(opened, all)).rejects.toThrow(Damage);
  opened.close();
});

test('reports damage to counts for an entry of the index of times out of order', async () => {
  const opened = damaged(entryOfTime, timeBytes(timeOf(10)));
  await expect(opened.counter.countBySecond(all)).rejects.toThrow(Damage);
  opened.close();
});

test.each([
  ['another event', idBytes(2_000)],
  ['no event', idBytes(total + 500)],
])('reports damage for an entry of the index of types and tags that leads to %s', async (_what, id) => {
  const opened = damaged(entryOfSeries, id, 6);
  const query: EventQuery = { ...all, types: ['type0'], all: ['n=3'] };
  await expect(pages(opened, query)).rejects.toThrow(Damage);
  opened.close();
});
