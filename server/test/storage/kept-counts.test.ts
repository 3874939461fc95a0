// Kept counts of hours are the same as counted ones, after any events, edits, deletions and purges.

import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { joinSeries, type StoredEvent } from '@anthracite/protocol';
import { temporaryFolder } from '@anthracite/testing';
import fc from 'fast-check';
import type { Counts } from '../../src/answers/answers';
import type { EventQuery } from '../../src/query/event-query';
import { createQueryTest } from '../../src/query/query-test';
import { lengthOf, splitBins } from '../../src/query/whole-hours';
import {
  decodeCounts,
  decodingArray,
  encodeCounts,
  hourMs,
  seriesPerBlock,
} from '../../src/storage/hour-counts';
import { tooOld } from '../../src/storage/retention';
import { checkFile } from '../../src/storage/sqlite/integrity/check';
import { followAll, type Opened, open } from './opened';

const isLong = process.env['ANTHRACITE_TEST_FAULTS'] === 'long';
const folder = temporaryFolder();
const seed = 20_261_128;
const change = { at: 0, who: null };
const hours = 200;

type NewEvent = Omit<StoredEvent, 'id'>;

const newEvent: fc.Arbitrary<NewEvent> = fc.record({
  time: fc.oneof(
    fc.integer({ min: -3 * hourMs, max: hours * hourMs }),
    fc.integer({ min: -3, max: hours }).map((hour) => hour * hourMs),
  ),
  type: fc.constantFrom('deploy', 'puppet', 'a*b'),
  tags: fc.uniqueArray(fc.constantFrom('env=prod', 'host=a', 'host=b', 'host=c'), { maxLength: 3 }),
  description: fc.integer({ min: 0, max: 3 }).map(String),
});
const query: fc.Arbitrary<EventQuery> = fc.record(
  {
    fromMs: fc.integer({ min: -5 * hourMs, max: hours * hourMs }),
    untilMs: fc.integer({ min: -5 * hourMs, max: (hours + 5) * hourMs }),
    order: fc.constant('ascending' as const),
    types: fc.constantFrom(['deploy'], ['!puppet'], ['*p*']),
    any: fc.constantFrom(['host=a', 'host=b'], ['host=*'], []),
    none: fc.constantFrom(['env=prod'], ['host=c']),
  },
  { requiredKeys: ['fromMs', 'untilMs', 'order'] },
);
const by = fc.constantFrom(null, 'type', 'host');
/** Milliseconds between the bounds of bins: hours, days in a zone with half hours, and other lengths. */
const step = fc.constantFrom(hourMs, 6 * hourMs, 24 * hourMs, 2.5 * hourMs, hourMs / 4);
const offset = fc.constantFrom(0, hourMs, hourMs / 2, 1);
type Asked = readonly [query: EventQuery, by: string | null, step: number, offset: number];
const asked: fc.Arbitrary<Asked> = fc.tuple(query, by, step, offset);

function told({ names, nameOf, slots, counts }: Counts): [slot: number, name: string, count: number][] {
  expect([...slots]).toEqual([...slots].sort((one, other) => one - other));
  return Array.from(counts, (count, i) => [slots[i] ?? 0, names[nameOf[i] ?? 0] ?? '', count]);
}

function expected(
  events: Iterable<StoredEvent>,
  slotOf: (time: number) => number,
  key: string | null,
): [number, string, number][] {
  const sums = new Map<string, [number, string, number]>();
  for (const { time, type, tags } of events) {
    const hosts = tags.flatMap((tag) => (tag.startsWith('host=') ? [tag.slice(5)] : []));
    const names = key === null ? [''] : key === 'type' ? [type] : hosts.length > 0 ? hosts : [''];
    for (const name of names) {
      const sum = sums.get(`${slotOf(time)} ${name}`) ?? [slotOf(time), name, 0];
      sum[2]++;
      sums.set(`${sum[0]} ${name}`, sum);
    }
  }
  return [...sums.values()];
}

function boundsOf({ fromMs, untilMs }: EventQuery, length: number, first: number): number[] {
  const bounds = [fromMs];
  for (let next = Math.floor(fromMs / length) * length + first; next < untilMs; next += length)
    if (next > fromMs) bounds.push(next);
  return [...bounds, untilMs];
}

const sorted = <T>(rows: readonly T[]): T[] =>
  [...rows].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));

async function compare({ counter }: Opened, known: Iterable<StoredEvent>, one: Asked): Promise<void> {
  const [wanted, key, length, first] = one;
  if (wanted.fromMs >= wanted.untilMs) return;
  const events = [...known].filter(createQueryTest(wanted));
  const bounds = boundsOf(wanted, length, first);
  const binOf = (time: number): number => bounds.findLastIndex((bound) => bound <= time);
  expect(sorted(told(await counter.countsBetween(wanted, bounds, key)))).toEqual(
    sorted(expected(events, binOf, key)),
  );
  const unitOf = (time: number): number => Math.floor(time / length);
  expect(sorted(told(await counter.counts(wanted, length, key)))).toEqual(
    sorted(expected(events, unitOf, key)),
  );
}

// Names and their counts are those of the events; nothing else has a series.
async function expectNamesOf({ catalog, db }: Opened, known: Iterable<StoredEvent>): Promise<void> {
  const events = [...known];
  const sums = new Map<string, number>();
  for (const { type } of events) sums.set(type, (sums.get(type) ?? 0) + 1);
  const { items } = await catalog.types('', 100);
  expect(new Map(items.map(({ name, count }) => [name, count]))).toEqual(sums);
  const inHistory = db.prepare('SELECT DISTINCT text FROM history JOIN series ON series.id = history.series');
  const used = new Set([
    ...events.map(({ type, tags }) => joinSeries(type, tags)),
    ...(inHistory.pluck().all() as string[]),
  ]);
  expect(new Set(db.prepare('SELECT text FROM series').pluck().all())).toEqual(used);
}

test('are the same as counted ones after any events, edits, deletions, purges and restarts', async () => {
  const file = join(folder, 'random.db');
  let opened = open(file);
  const known = new Map<number, StoredEvent>();
  let last = 0;
  const add = (events: readonly NewEvent[]): void => {
    const { ids, fresh } = opened.writer.append({
      times: events.map(({ time }) => time),
      series: events.map(({ type, tags }) => joinSeries(type, tags)),
      descriptions: events.map(({ description }) => description),
      rejects: [],
    });
    for (const [i, one] of events.entries()) {
      if (fresh[i] === 1) known.set(ids[i] ?? 0, { ...one, id: ids[i] ?? 0 });
      last = Math.max(last, ids[i] ?? 0);
    }
  };
  const steps = fc.sample(
    fc.record({
      what: fc.constantFrom(
        'add',
        'add',
        'edit',
        'edit',
        'remove',
        'restore',
        'removeAll',
        'purge',
        'prune',
        'erase',
        'follow',
        'reopen',
      ),
      events: fc.array(newEvent, { minLength: 1, maxLength: 5 }),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      asked,
    }),
    { numRuns: isLong ? 10_000 : 400, seed },
  );
  for (const [i, { what, events, at, asked: one }] of steps.entries()) {
    const id = 1 + Math.floor(at * last);
    if (what === 'add') add(events);
    else if (what === 'edit') {
      const { time, type, tags } = events[0] as NewEvent;
      const outcome = opened.writer.edit(id, { time, type, tags }, change, null);
      if (outcome.kind === 'done') known.set(id, outcome.event);
    } else if (what === 'remove') {
      if (opened.writer.remove(id, change, null).kind === 'done') known.delete(id);
    } else if (what === 'restore') {
      const outcome = opened.writer.restore(id, change);
      if (outcome.kind === 'done') known.set(id, outcome.event);
    } else if (what === 'removeAll') {
      const fromMs = Math.floor(at * hours) * hourMs;
      const wanted: EventQuery = { fromMs, untilMs: fromMs + 2 * hourMs, order: 'ascending' };
      const matching = [...known.values()].filter(createQueryTest(wanted)).map((event) => event.id);
      const since = await opened.position();
      opened.writer.removeAll(wanted, { ids: Float64Array.from(matching), since }, matching.length, change);
      for (const gone of matching) known.delete(gone);
    } else if (what === 'purge') {
      const kind = opened.writer.purge(id, change);
      if (known.delete(id)) expect(kind).toBe('done');
    } else if (what === 'prune') {
      const [rule] = [{ pattern: '*p*', age: '1h', ageMs: hourMs }];
      for (const wanted of tooOld([rule], Math.floor((at * hours * hourMs) / 4))) {
        const matching = [...known.values()].filter(createQueryTest(wanted)).map((event) => event.id);
        // Some of them no longer match.
        const ids = Float64Array.from([...matching, id]);
        for (let done = 0; done < ids.length; ) {
          const step = opened.writer.retain((purge) => purge.prune(wanted, ids.subarray(done), () => true));
          done += step.done;
        }
        for (const gone of matching) known.delete(gone);
        for (let after: number | null = 0; after !== null; )
          after = opened.writer.retain((purge) => purge.pruneDeleted(wanted, after ?? 0)).next;
        opened.writer.retain((purge) => purge.finish({ at: 1, count: 1, firstMs: 0, lastMs: 0 }));
      }
    } else if (what === 'erase') {
      for (let left = Math.floor(at * 20); left > 0; left--) opened.writer.erase();
    } else if (what === 'follow') {
      opened.writer.follow('counts', 1 + Math.floor(at * 20));
      if (at < 0.5) opened.writer.follow('series', 1 + Math.floor(at * 40));
    } else {
      opened.close();
      opened = open(file);
    }
    if (!isLong || i % 10 === 0) await compare(opened, known.values(), one);
  }
  followAll(opened.writer, 100);
  while (opened.writer.isErasing) expect(opened.writer.erase()).toBe(true);
  for (const one of fc.sample(asked, { numRuns: 50, seed })) await compare(opened, known.values(), one);
  expect(known.size).toBeGreaterThan(100);
  await expectNamesOf(opened, known.values());
  opened.close();
  expect(await checkFile(file)).toMatchObject({ status: 'sound', findings: [] });
}, 600_000);

describe('a file with many events', () => {
  const events = 60_000;
  const filled = join(folder, 'filled.db');
  let opened: Opened;
  let file: string;
  let files = 0;
  const everything: EventQuery = { fromMs: 0, untilMs: 100 * hourMs, order: 'ascending' };
  const bounds = Array.from({ length: 101 }, (_, i) => i * hourMs);
  const ask = async (wanted = everything) => told(await opened.counter.countsBetween(wanted, bounds, 'type'));
  const rowsOf = (): number => Number(opened.db.prepare('SELECT count(*) FROM hour_count').pluck().get());

  beforeAll(() => {
    const { writer, close } = open(filled);
    writer.append({
      times: Array.from({ length: events }, (_, i) => ((i * 7_919) % events) * 6_000),
      series: Array.from({ length: events }, (_, i) =>
        i % 3 === 0 ? 'deploy' : `puppet;run=${i % seriesPerBlock}`,
      ),
      descriptions: Array.from({ length: events }, (_, i) => `event ${i}`),
      rejects: [],
    });
    close();
  });
  beforeEach(() => {
    file = join(folder, `copy-${files++}.db`);
    copyFileSync(filled, file);
    opened = open(file);
  });
  afterEach(() => opened.close());

  test('is counted before its counts are kept, while they are filled, and after', async () => {
    const before = await ask();
    expect(before.reduce((sum, [, , count]) => sum + count, 0)).toBe(events);
    for (let lag = events; lag > 0; lag = opened.writer.lag('counts')) {
      opened.writer.follow('counts', 5_000);
      expect(await ask()).toEqual(before);
    }
    // The last series are in a second block.
    expect(rowsOf()).toBeGreaterThan(100);
    const asked = jest.spyOn(opened.asker, 'blocks');
    expect(await ask()).toEqual(before);
    expect(asked.mock.calls.map(([{ text }]) => /FROM (\w+)/.exec(text)?.[1])).toEqual(['hour_count']);
  });

  test('has no counts left when its events are deleted', async () => {
    while (opened.writer.lag('counts') > 0) opened.writer.follow('counts', 10_000);
    const ids = Float64Array.from({ length: events }, (_, i) => i + 1);
    const since = await opened.position();
    opened.writer.removeAll(everything, { ids, since }, events, change);
    expect([rowsOf(), await ask()]).toEqual([0, []]);
  });

  test.each([
    [
      'a changed count',
      "UPDATE hour_count SET counts = x'0105' WHERE place = (SELECT min(place) FROM hour_count)",
    ],
    ['a missing hour', 'DELETE FROM hour_count WHERE place = (SELECT min(place) FROM hour_count)'],
    ['an hour without events', "INSERT INTO hour_count VALUES (-5, x'0101')"],
    [
      'malformed counts',
      "UPDATE hour_count SET counts = x'81' WHERE place = (SELECT min(place) FROM hour_count)",
    ],
  ])('is found damaged with %s', async (_what, sql) => {
    while (opened.writer.lag('counts') > 0) opened.writer.follow('counts', 10_000);
    opened.db.exec(sql);
    const problem = { table: 'hour_count', problem: 'the kept counts differ from the events', count: 1 };
    expect(await checkFile(file)).toMatchObject({ status: 'damaged', findings: [problem] });
  });
});

test('are encoded and decoded without loss', () => {
  const counts = fc.array(
    fc.tuple(
      fc.nat(seriesPerBlock - 1),
      fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2 ** 31 - 1 })),
    ),
  );
  fc.assert(
    fc.property(counts, (pairs) => {
      const given = new Map(pairs);
      const array = decodingArray();
      const filled = decodeCounts(encodeCounts(given), array);
      const back = Array.from({ length: filled / 2 }, (_, i): [number, number] => [
        array[2 * i] ?? 0,
        array[2 * i + 1] ?? 0,
      ]);
      expect(back).toEqual([...given].sort(([one], [other]) => one - other));
    }),
    { seed },
  );
});

test('split bins into whole hours and the rest, without a gap', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: -100, max: 100 }), { minLength: 2 }), (given) => {
      const bounds = given.sort((one, other) => one - other);
      const { whole, rests } = splitBins(bounds, 10);
      const parts = [...whole, ...rests].sort((one, other) => one.fromMs - other.fromMs);
      for (const [i, { fromMs, untilMs, bin }] of parts.entries()) {
        expect(fromMs).toBe(i === 0 ? bounds[0] : parts[i - 1]?.untilMs);
        expect(fromMs >= (bounds[bin] ?? 0) && untilMs <= (bounds[bin + 1] ?? 0)).toBe(true);
      }
      expect(parts.at(-1)?.untilMs).toBe(bounds.at(-1));
      for (const { fromMs, untilMs } of whole)
        expect([fromMs % 10, untilMs % 10].map(Math.abs)).toEqual([0, 0]);
      for (const rest of rests) expect(lengthOf([rest])).toBeLessThan(20);
    }),
    { seed },
  );
});
