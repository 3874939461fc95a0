// Every way to read the events gives what a plain filter over all of them gives, however far the index lags.

import { join } from 'node:path';
import { graphiteTags, joinSeries, type StoredEvent } from '@anthracite/protocol';
import fc from 'fast-check';
import { openForWriting } from '../../src/store/database';
import type { Cursor, EventQuery } from '../../src/store/event-store';
import { Reader } from '../../src/store/reader';
import { Writer } from '../../src/store/writer';
import { temporaryFolder } from '../start';

const folder = temporaryFolder();
const vocabulary = ['deploy', 'puppet', 'event', 'env=prod', 'host=a', 'never'];
const word = fc.constantFrom(...vocabulary);
const tagWord = fc.constantFrom(...vocabulary.slice(0, 5));

const event = fc.record({
  time: fc.integer({ min: -20, max: 60 }).map((n) => n * 500),
  type: fc.constantFrom('deploy', 'puppet', 'event'),
  tags: fc.array(tagWord, { maxLength: 3 }),
  description: fc.string({ minLength: 1, maxLength: 3 }),
});

const query: fc.Arbitrary<EventQuery> = fc.record(
  {
    fromMs: fc.integer({ min: -12_000, max: 32_000 }),
    untilMs: fc.integer({ min: -12_000, max: 32_000 }),
    order: fc.constantFrom('ascending' as const, 'descending' as const),
    types: fc.array(word, { maxLength: 2 }),
    tags: fc.array(word, { maxLength: 2 }),
    words: fc.record({
      words: fc.array(word, { maxLength: 3 }),
      set: fc.constantFrom('lazy' as const, 'union' as const, 'intersection' as const),
    }),
  },
  { requiredKeys: ['fromMs', 'untilMs', 'order'] },
);

function matches(one: StoredEvent, asked: EventQuery, all: readonly StoredEvent[]): boolean {
  if (one.time < asked.fromMs || one.time > asked.untilMs) return false;
  if (asked.types && !asked.types.includes(one.type)) return false;
  if (asked.tags && !asked.tags.every((tag) => one.tags.includes(tag))) return false;
  if (!asked.words) return true;
  const shown = (each: StoredEvent): readonly string[] => graphiteTags(each.type, each.tags);
  const { set, words } = asked.words;
  const known = words.filter((each) => all.some((other) => shown(other).includes(each)));
  const wanted = set === 'lazy' ? known : words;
  if (wanted.length === 0) return false;
  return set === 'union'
    ? wanted.some((each) => shown(one).includes(each))
    : wanted.every((each) => shown(one).includes(each));
}

function readAll(reader: Reader, asked: EventQuery, limit: number): number[] {
  const ids: number[] = [];
  for (let after: Cursor | null = null; ; ) {
    const page = reader.page(asked, 'json', limit, after);
    const rows = JSON.parse(`[${Buffer.from(page.bytes).toString()}]`) as StoredEvent[];
    ids.push(...rows.map((row) => row.id));
    if (page.next === null) return ids;
    after = page.next;
  }
}

test('pages of any size, in any order, under any filter', () => {
  let files = 0;
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 60 }),
      fc.array(query, { minLength: 5, maxLength: 10 }),
      fc.nat(60),
      fc.integer({ min: 1, max: 20 }),
      (events, queries, followed, limit) => {
        const db = openForWriting(join(folder, `${files++}.db`));
        const writer = new Writer(db, { maxRejects: 1, maxRejectBytes: 1 });
        const reader = new Reader(db, 'test');
        const { ids, fresh } = writer.append({
          times: events.map((one) => one.time),
          series: events.map((one) => joinSeries(one.type, one.tags)),
          descriptions: events.map((one) => one.description),
          rejects: [],
        });
        writer.follow(followed);
        const all: StoredEvent[] = events
          .map((one, i) => ({ ...one, id: ids[i] ?? 0 }))
          .filter((_, i) => fresh[i] === 1);
        for (const asked of queries) {
          const sign = asked.order === 'ascending' ? 1 : -1;
          const expected = all
            .filter((one) => matches(one, asked, all))
            .sort((a, b) => sign * (a.time - b.time || a.id - b.id));
          expect(readAll(reader, asked, limit)).toEqual(expected.map((one) => one.id));
          const seconds = new Map<number, number>();
          for (const one of expected) {
            const second = Math.floor(one.time / 1000);
            seconds.set(second, (seconds.get(second) ?? 0) + 1);
          }
          const inOrder = [...seconds].sort(([a], [b]) => a - b);
          expect([...reader.countBySecond(asked)]).toEqual(inOrder.flat());
        }
        const counted = reader.types('', 100).reduce((sum, usage) => sum + usage.count, 0);
        expect([counted, reader.statistics().events]).toEqual([all.length, all.length]);
        writer.close();
      },
    ),
    { numRuns: 150 },
  );
});

test('the way along the time index gives the same as the way by series', () => {
  const db = openForWriting(join(folder, 'wide.db'));
  const writer = new Writer(db, { maxRejects: 1, maxRejectBytes: 1 });
  const reader = new Reader(db, 'test');
  // More than the sort by series takes on: 25 000 of one type among 50 000.
  const n = 50_000;
  writer.append({
    times: Array.from({ length: n }, (_, i) => ((i * 7_919) % n) * 10),
    series: Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 'even' : 'odd')),
    descriptions: Array.from({ length: n }, (_, i) => `event ${i}`),
    rejects: [],
  });
  const asked: EventQuery = { fromMs: 0, untilMs: n * 10, types: ['even'], order: 'ascending' };
  const lagging = readAll(reader, asked, 1_000);
  writer.follow(n);
  expect(readAll(reader, asked, 1_000)).toEqual(lagging);
  expect(lagging).toHaveLength(n / 2);
  const narrow = readAll(reader, { ...asked, untilMs: 1_000 }, 7);
  expect(narrow).toEqual(lagging.slice(0, narrow.length));
  writer.close();
});
