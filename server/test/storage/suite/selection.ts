// Every way to read events agrees with a plain filter over all of them, on every database, however far its indexes lag.

import { graphiteTags, joinSeries, parseSearch, type StoredEvent } from '@anthracite/protocol';
import fc from 'fast-check';
import type { Counts, Page } from '../../../src/answers/answers';
import type { Catalog } from '../../../src/answers/catalog';
import { Counter } from '../../../src/answers/counter';
import type { Reader } from '../../../src/answers/reader';
import type { SeriesReader } from '../../../src/answers/series-reader';
import type { Cursor, EventQuery } from '../../../src/query/event-query';
import { createQueryTest } from '../../../src/query/query-test';
import type { Asker } from '../../../src/storage/asker';
import type { BatchReceipt, EventBatch } from '../../../src/storage/event-batch';

/** A database that is written and read directly, without threads. */
export interface ReadStore {
  readonly asker: Asker;
  readonly series: SeriesReader;
  readonly reader: Reader;
  readonly counter: Counter;
  readonly catalog: Catalog;
  append(batch: EventBatch): Promise<BatchReceipt>;
  /** Updates the indexes, if any lag, by so many events. */
  follow(series: number, search: number): void;
  /** Updates all indexes to the last event. */
  followAll(): void;
  /** Asks while the database stays as it is. */
  atOneMoment<T>(ask: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** How the tests of a database are made. */
export interface ReadStoreOptions {
  /** Opens a new, empty database. */
  readonly open: () => Promise<ReadStore>;
  /** How often some queries are compared with a filter. */
  readonly runs: number;
}

const vocabulary = ['deploy', 'puppet', 'event', 'env=prod', 'host=a', 'host=b', 'never'];
const word = fc.constantFrom(...vocabulary);
const tagWord = fc.constantFrom(...vocabulary.slice(0, 6));
const pattern = fc.oneof(
  word,
  fc.constantFrom('*', 'host=*', '*=*', 'd*y', '*e*', 'p*', '!*', '%', '_', "'", '[a-z]*', 'env=', '=*'),
  fc.string({ unit: fc.constantFrom(...'deprhost=*a'), maxLength: 6 }),
);
const typed = fc
  .oneof(
    fc.constantFrom(
      'roll',
      'back',
      '"roll back"',
      'ro*',
      '-back',
      'web-01',
      'café',
      'host',
      'NEAR(',
      '"',
      '*',
      'a AND',
    ),
    fc.array(fc.constantFrom('roll', 'back', '-', '"', '*', ' ', 'web', '01', 'é', 'deploy', '(', ':', '^'), {
      maxLength: 8,
    }),
    fc.string({ unit: 'binary', maxLength: 10 }),
  )
  .map((one) => (Array.isArray(one) ? one.join('') : one));

const event = fc.record({
  time: fc.integer({ min: -20, max: 60 }).map((n) => n * 500),
  type: fc.constantFrom('deploy', 'puppet', 'event'),
  tags: fc.array(tagWord, { maxLength: 3 }),
  description: fc.oneof(
    fc.string({ minLength: 1, maxLength: 3 }),
    fc
      .array(fc.constantFrom('roll', 'back', 'Web-01', 'CAFÉ', 'deploy', 'x', '\n'), {
        minLength: 1,
        maxLength: 5,
      })
      .map((words) => words.join(' ')),
  ),
});

const query: fc.Arbitrary<EventQuery> = fc.record(
  {
    fromMs: fc.oneof(fc.constant(-12_000), fc.integer({ min: -12_000, max: 32_000 })),
    untilMs: fc.oneof(fc.constant(32_000), fc.integer({ min: -12_000, max: 32_000 })),
    order: fc.constantFrom('ascending' as const, 'descending' as const),
    types: fc.array(
      fc.oneof(
        pattern,
        pattern.map((one) => `!${one}`),
      ),
      { maxLength: 2 },
    ),
    any: fc.array(pattern, { maxLength: 2 }),
    all: fc.array(pattern, { maxLength: 2 }),
    none: fc.array(pattern, { maxLength: 2 }),
    some: fc.array(fc.array(pattern, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
    words: fc.record({
      words: fc.array(fc.array(fc.oneof(word, pattern), { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
      set: fc.constantFrom('lazy' as const, 'union' as const, 'intersection' as const),
    }),
    search: typed.map(parseSearch),
  },
  { requiredKeys: ['fromMs', 'untilMs', 'order'] },
);

/** The words of a text, split in another way than in the server: character by character. */
function wordsOf(text: string): string[] {
  const words = [''];
  for (const letter of text.normalize('NFKD').toLowerCase()) {
    if (/[\u0300-\u036f]/.test(letter)) continue;
    if (/[\p{L}\p{N}\p{M}]/u.test(letter)) words.push(`${words.pop()}${letter}`);
    else words.push(...(/\p{So}/u.test(letter) ? [letter, ''] : ['']));
  }
  return words.filter((one) => one !== '');
}

function isFound({ type, tags, description }: StoredEvent, search: EventQuery['search']): boolean {
  if (search === undefined) return true;
  if (search === null) return false;
  return search.every(({ tokens, isPrefix, isExcluded }) => {
    const has = [type, ...tags, description].map(wordsOf).some((words) =>
      words.some((_, start) =>
        tokens.every((token, i) => {
          const there = words[start + i];
          return isPrefix && i === tokens.length - 1 ? there?.startsWith(token) : there === token;
        }),
      ),
    );
    return has !== isExcluded;
  });
}

const like = (glob: string): RegExp =>
  new RegExp(`^${glob.replace(/[\\^$.|?+()[\]{}]/g, '\\$&').replaceAll('*', '[^]*')}$`, 'u');

function matches(one: StoredEvent, asked: EventQuery, all: readonly StoredEvent[]): boolean {
  if (one.time < asked.fromMs || one.time >= asked.untilMs) return false;
  const types = asked.types ?? [];
  const positive = types.filter((type) => type[0] !== '!');
  if (positive.length > 0 && !positive.some((type) => like(type).test(one.type))) return false;
  if (types.some((type) => type[0] === '!' && like(type.slice(1)).test(one.type))) return false;
  const has = (tag: string): boolean => one.tags.some((own) => like(tag).test(own));
  if (asked.any && asked.any.length > 0 && !asked.any.some(has)) return false;
  if (asked.all && !asked.all.every(has)) return false;
  if (asked.none?.some(has)) return false;
  if (asked.some && !asked.some.every((tags) => tags.some(has))) return false;
  if (!isFound(one, asked.search)) return false;
  if (!asked.words) return true;
  const shown = (each: StoredEvent): readonly string[] => graphiteTags(each.type, each.tags);
  const { set, words } = asked.words;
  const isShown = (event: StoredEvent, patterns: readonly string[]): boolean =>
    shown(event).some((own) => patterns.some((one) => like(one).test(own)));
  const known = words.filter((each) => all.some((other) => isShown(other, each)));
  const wanted = set === 'lazy' ? known : words;
  if (wanted.length === 0) return false;
  return set === 'union'
    ? wanted.some((each) => isShown(one, each))
    : wanted.every((each) => isShown(one, each));
}

async function readAll(reader: Reader, asked: EventQuery, limit: number): Promise<number[]> {
  const ids: number[] = [];
  for (let after: Cursor | null = null; ; ) {
    const page: Page = await reader.page(asked, null, 'json', limit, after);
    const rows = JSON.parse(`[${Buffer.from(page.bytes).toString()}]`) as StoredEvent[];
    ids.push(...rows.map((row) => row.id));
    if (page.next === null) return ids;
    after = page.next;
  }
}

async function fill(store: ReadStore, events: readonly Omit<StoredEvent, 'id'>[]): Promise<StoredEvent[]> {
  const { ids, fresh } = await store.append({
    times: events.map((one) => one.time),
    series: events.map((one) => joinSeries(one.type, one.tags)),
    descriptions: events.map((one) => one.description),
    rejects: [],
  });
  return events.map((one, i) => ({ ...one, id: ids[i] ?? 0 })).filter((_, i) => fresh[i] === 1);
}

const queriesPerRun = 70;
// Two of the intervals have the same length.
const bounds = [-10_000, -500, 1_000, 2_500, 2_501, 30_000];

/** Index of the interval, type and count, for all intervals with events. */
function countBins(asked: EventQuery, all: readonly StoredEvent[]): [number, string, number][] {
  const counts = new Map<string, [number, string, number]>();
  for (const one of all.filter((event) => matches(event, asked, all))) {
    const bin = bounds.findLastIndex((bound) => bound <= one.time);
    if (bin === -1 || bin === bounds.length - 1) continue;
    const count = counts.get(`${bin} ${one.type}`) ?? [bin, one.type, 0];
    count[2]++;
    counts.set(`${bin} ${one.type}`, count);
  }
  return [...counts.values()];
}

/** Tests a database. */
export function selectionSuite({ open, runs }: ReadStoreOptions): void {
  test(`agrees with the filter for ${queriesPerRun * runs} queries, with pages of any size, in any order, with any filter`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 60 }),
        fc.array(query, { minLength: queriesPerRun, maxLength: queriesPerRun }),
        fc.nat(60),
        fc.nat(60),
        fc.integer({ min: 1, max: 20 }),
        async (events, queries, followed, searched, limit) => {
          const opened = await open();
          const { reader, counter, catalog } = opened;
          const all = await fill(opened, events);
          opened.follow(followed, searched);
          const compare = async (asked: EventQuery): Promise<void> => {
            const sign = asked.order === 'ascending' ? 1 : -1;
            const expected = all
              .filter((one) => matches(one, asked, all))
              .sort((a, b) => sign * (a.time - b.time || a.id - b.id));
            const ids = expected.map((one) => one.id);
            expect(await readAll(reader, asked, limit)).toEqual(ids);
            const inOrderOfComing = [...ids].sort((a, b) => a - b);
            expect((await reader.since(asked, 0, 1_000)).events.map((one) => one.id)).toEqual(
              inOrderOfComing,
            );
            if (asked.words?.set !== 'lazy') {
              expect(all.filter(createQueryTest(asked)).map((one) => one.id)).toEqual(inOrderOfComing);
            }
            const counted = await counter.countsBetween(asked, bounds, 'type');
            const bins = Array.from(counted.slots, (slot, i) => [
              slot,
              counted.names[counted.nameOf[i] ?? 0],
              counted.counts[i],
            ]);
            expect(bins.sort()).toEqual(countBins({ ...asked, fromMs: -1e9, untilMs: 1e9 }, all).sort());
            if (asked.search !== undefined) return;
            const seconds = new Map<number, number>();
            for (const one of expected) {
              const second = Math.floor(one.time / 1000);
              seconds.set(second, (seconds.get(second) ?? 0) + 1);
            }
            expect([...(await counter.countBySecond(asked))]).toEqual(
              [...seconds].sort(([a], [b]) => a - b).flat(),
            );
          };
          await opened.atOneMoment(async () => {
            for (const asked of queries) await compare(asked);
          });
          const { items } = await opened.atOneMoment(() => catalog.types('', 100));
          const counted = items.reduce((sum, usage) => sum + usage.count, 0);
          const { events: total } = await opened.atOneMoment(() => catalog.statistics());
          expect([counted, total]).toEqual([all.length, all.length]);
          await opened.close();
        },
      ),
      { numRuns: runs },
    );
  }, 600_000);

  describe('more events than are sorted', () => {
    const n = 50_000;
    let opened: ReadStore;
    beforeAll(async () => {
      opened = await open();
      await opened.append({
        times: Array.from({ length: n }, (_, i) => ((i * 7_919) % n) * 10),
        series: Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 'even' : 'odd')),
        descriptions: Array.from({ length: n }, (_, i) => `event ${i} ${i % 6_999 === 0 ? 'rare' : ''}`),
        rejects: [],
      });
    });
    afterAll(() => opened.close());
    const all = (asked: EventQuery, limit = 1_000): Promise<number[]> =>
      opened.atOneMoment(() => readAll(opened.reader, asked, limit));

    test('gives the same along the time index as by series', async () => {
      const asked: EventQuery = { fromMs: 0, untilMs: n * 10, types: ['even'], order: 'ascending' };
      const lagging = await all(asked);
      opened.follow(n, 0);
      expect(await all(asked)).toEqual(lagging);
      expect(lagging).toHaveLength(n / 2);
      const narrow = await all({ ...asked, untilMs: 1_000 }, 7);
      expect(narrow).toEqual(lagging.slice(0, narrow.length));
    });

    test.each([
      ['rare', 8],
      ['rar*', 8],
      ['event -rare', n - 8],
      ['rare -even', 4],
      ['"6999 rare"', 1],
      ['"rare 6999"', 0],
      ['event 49999', 1],
      ['nothing', 0],
      ['-event', 0],
      ['-even', n / 2],
      ['r*', 8],
      ['z*', 0],
      ['4* -event', 0],
      ['-odd -rare', n / 2 - 4],
    ])('finds for %s %d events, before and after the word index is up to date', async (text, count) => {
      const asked: EventQuery = {
        fromMs: 0,
        untilMs: n * 10,
        search: parseSearch(text),
        order: 'descending',
      };
      const lagging = await all(asked);
      expect(lagging).toHaveLength(count);
      opened.followAll();
      expect(await all(asked)).toEqual(lagging);
      expect(await all({ ...asked, types: ['e*'] })).toEqual(lagging.filter((id) => id % 2 === 1));
    });

    test.each([
      ['no word begins so', 'z**', {}],
      ['no word begins so, often repeated', 'z* '.repeat(300), {}],
      ['a letter that no event has', 'É', {}],
      ['a symbol that no event has', '😀', {}],
      ['all are left out', '-event', {}],
      ['all are left out, often', '-event '.repeat(500), {}],
      ['all of a few series are left out', '-even', { types: ['even'] }],
      ['the searched word is left out', 'event -ev*', {}],
      ['a pattern', 'z*', { types: ['*e*'] }],
      ['a pattern that nothing matches', '-event', { types: ['*z*'] }],
    ] as const)('reads few events for a search without results: %s', async (_what, text, filter) => {
      const { asker } = opened;
      opened.followAll();
      const asked: EventQuery = {
        fromMs: 0,
        untilMs: n * 10,
        search: parseSearch(text),
        order: 'descending',
      };
      const read = jest.spyOn(asker, 'rows');
      expect(await all({ ...asked, ...filter })).toEqual([]);
      const answers = await Promise.all(read.mock.results.map(({ value }) => value as Promise<unknown[]>));
      const rows = answers.reduce((sum, { length }) => sum + length, 0);
      read.mockRestore();
      expect(rows).toBeLessThan(n / 2);
    });

    test('refuses counts of a search that reads too many events, with a message', async () => {
      const { reader, asker, series } = opened;
      const counter = new Counter(asker, series, reader, 5, 1_000);
      const asked: EventQuery = { fromMs: 0, untilMs: n * 10, order: 'ascending' };
      const counts = (query: EventQuery): Promise<Counts> =>
        opened.atOneMoment(() => counter.counts(query, 1_000, null));
      const costly = counts({ ...asked, search: parseSearch('"event odd"') });
      await expect(costly).rejects.toThrow('the search would read more than 1000 events');
      const short = { ...asked, untilMs: 5_000, search: parseSearch('"event odd"') };
      expect((await counts(short)).counts).toHaveLength(0);
    });
  });
}
