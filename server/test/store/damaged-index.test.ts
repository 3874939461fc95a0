// An index that differs from its events: every reader that goes by it says that the file is damaged, and none gives a part for
// the whole.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { damageBytes, temporaryFolder, timeBytes } from '@anthracite/testing';
import type { EventQuery } from '../../src/store/event-store';
import { Damage } from '../../src/store/store-error';
import { followAll, type Opened, open } from './opened';

const folder = temporaryFolder();
const sound = join(folder, 'sound.db');
const total = 3_000;
const timeOf = (i: number): number => 1_500_000_000_000 + i * 1_000;
const all = { fromMs: 0, untilMs: timeOf(total), order: 'ascending' } as const satisfies EventQuery;
let copies = 0;

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
  opened.close();
});

// How records of the two indexes begin, before the time: the kinds of their columns.
const entryOfTime = Buffer.from([5, 1, 4, 2]);
const entryOfSeries = Buffer.from([1, 5, 2]);

/** A copy in which an index has other bytes from somewhere behind the begin of the time of one of its entries on. */
function damaged(start: Buffer, place: number, others: Buffer, offset = 0): Opened {
  const file = join(folder, `copy${copies++}.db`);
  copyFileSync(sound, file);
  const series = start === entryOfSeries ? seriesOf(place) : Buffer.alloc(0);
  const bytes = Buffer.concat([start, series, timeBytes(timeOf(place))]);
  damageBytes(file, 'index', bytes, others, start.length + series.length + offset);
  return open(file);
}

function seriesOf(place: number): Buffer {
  const opened = open(sound);
  const series = opened.db
    .prepare('SELECT series FROM events WHERE id = ?')
    .pluck()
    .get(place + 1);
  opened.close();
  return Buffer.from([series as number]);
}

const idBytes = (id: number): Buffer => Buffer.from([id >> 8, id & 255]);

function pages({ reader }: Opened, query: EventQuery): number {
  let count = 0;
  let after = null;
  do {
    const page = reader.page(query, 'raw', 500, after);
    count += page.count;
    after = page.next;
  } while (after !== null);
  return count;
}

test('a sound file is read whole', () => {
  const file = join(folder, 'whole.db');
  copyFileSync(sound, file);
  const opened = open(file);
  for (const order of ['ascending', 'descending'] as const) {
    expect(pages(opened, { ...all, order })).toBe(total);
    expect(pages(opened, { ...all, order, types: ['type1'], all: ['n=2'] })).toBe(total / 15);
    expect(pages(opened, { ...all, order, types: ['type*'] })).toBe(total);
  }
  opened.close();
});

test.each([
  ['far ahead', timeOf(2_500)],
  ['beyond the range', timeOf(total * 2)],
  ['far behind', timeOf(10)],
])('an entry whose time is %s: no way along the index gives a part for the whole', (_what, other) => {
  const opened = damaged(entryOfTime, 1_203, timeBytes(other));
  for (const order of ['ascending', 'descending'] as const) {
    const read = (): number => pages(opened, { ...all, order });
    let count = 0;
    try {
      count = read();
    } catch (error) {
      expect(error).toBeInstanceOf(Damage);
      continue;
    }
    // What was given is what the events say, and all of it.
    expect(count).toBe(total);
  }
  opened.close();
});

test.each([
  ['another event', idBytes(2_000)],
  ['no event', idBytes(total + 500)],
])('an entry of the index of times that leads to %s is damage', (_what, id) => {
  // Behind the time, one byte of series and four of the hash.
  const opened = damaged(entryOfTime, 1_203, id, 11);
  expect(() => pages(opened, all)).toThrow(Damage);
  opened.close();
});

test('an entry of the index of times with a time out of order is damage to whoever counts by it', () => {
  const opened = damaged(entryOfTime, 1_203, timeBytes(timeOf(10)));
  expect(() => opened.counter.countBySecond(all)).toThrow(Damage);
  opened.close();
});

test.each([
  ['another event', idBytes(2_000)],
  ['no event', idBytes(total + 500)],
])('an entry of the index of types and tags that leads to %s is damage', (_what, id) => {
  const opened = damaged(entryOfSeries, 1_203, id, 6);
  const query: EventQuery = { ...all, types: ['type0'], all: ['n=3'] };
  expect(() => pages(opened, query)).toThrow(Damage);
  opened.close();
});
