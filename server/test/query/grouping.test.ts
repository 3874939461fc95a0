// Grouping without a database: parts of any size give the same groups as all events at once, and a group describes itself.

import type { StoredEvent } from '@anthracite/protocol';
import fc from 'fast-check';
import type { Cursor, EventQuery } from '../../src/query/event-query';
import {
  GroupedPartBuilder,
  groupEvents,
  groupValueOf,
  isBefore,
  rangeBefore,
} from '../../src/query/grouping';

const windowMs = 10_000;
const grouping = { key: 'version', windowMs };
const never = { limit: Number.POSITIVE_INFINITY, isLate: () => false };

const deploy = (id: number, seconds: number, ...tags: string[]): StoredEvent => ({
  id,
  time: seconds * 1_000,
  type: 'deploy',
  tags: ['version=1', ...tags],
  description: `event ${id}`,
});
const rollout = (count: number, first = 1): StoredEvent[] =>
  Array.from({ length: count }, (_, i) => deploy(first + i, i, `host=web${i + 1}`));

test.each([
  [['x', 'version=1', 'version=2'], '1'],
  [['version='], ''],
  [['versions=1', 'aversion=1', 'version'], null],
])('groups events with %j by %j', (tags, value) => {
  expect(groupValueOf({ ...deploy(1, 0), tags }, grouping)?.value ?? null).toBe(value);
});

test('groups events without the tag by their title if asked to, but no marks and no long titles', () => {
  const event = { ...deploy(1, 0), tags: [], type: 'manual_ada', description: 'restarted\non lb1' };
  const titled = { ...grouping, withTitles: true };
  expect(groupValueOf(event, grouping)).toBeNull();
  expect(groupValueOf(event, titled)).toEqual({ key: '', value: 'restarted' });
  expect(groupValueOf({ ...event, tags: ['version=1'] }, titled)).toEqual({ key: 'version', value: '1' });
  expect(groupValueOf({ ...event, type: 'incident_sev1_start' }, titled)).toBeNull();
  expect(groupValueOf({ ...event, description: 'x'.repeat(201) }, titled)).toBeNull();
});

test('gives a group its number of events, its times and its hosts', () => {
  const [entry, ...others] = groupEvents([deploy(1, 0), ...rollout(3, 2)], grouping);
  expect(others).toEqual([]);
  expect(entry).toEqual({
    ...deploy(1, 0),
    group: {
      ...{ key: 'version', value: '1', count: 4, first: 0, last: 2_000 },
      ...{ hosts: ['web1..web3'], moreHosts: 0, isWhole: true },
    },
  });
});

test('names four ranges of many hosts, ordered by number, and counts the rest', () => {
  const hosts = ['b2', 'a10', 'a9', 'z', 'c', 'd', 'e', 'e'].map((name) => `host=${name}`);
  const [entry] = groupEvents(
    hosts.map((host, i) => deploy(i + 1, i, host)),
    grouping,
  );
  expect(entry?.group).toMatchObject({ count: 8, hosts: ['a9', 'a10', 'b2', 'c'], moreHosts: 3 });
});

test('leaves a single event alone, and one of another type or value or beyond the window', () => {
  const events = [
    deploy(1, 0),
    { ...deploy(2, 1), type: 'puppet' },
    { ...deploy(3, 2), tags: ['version=2'] },
    { ...deploy(4, 3), tags: [] },
    { ...deploy(5, 4), tags: [] },
    deploy(6, 10.001),
  ];
  expect(groupEvents(events, grouping)).toEqual(events);
});

test('accepts events up to one window apart from their neighbour, in either order', () => {
  const events = [deploy(1, 0), deploy(2, 10), deploy(3, 20)];
  for (const listed of [events, events.toReversed()]) {
    const [entry, ...others] = groupEvents(listed, grouping);
    expect(others).toEqual([]);
    expect(entry?.group).toMatchObject({ count: 3, first: 0, last: 20_000 });
    expect(entry?.id).toBe(listed[0]?.id);
  }
});

test('ends a late part at the next check of the clock, with complete groups except near its end', () => {
  const part = new GroupedPartBuilder(grouping, { limit: 2_000, isLate: () => true });
  const lone = Array.from({ length: 1_020 }, (_, i) => ({ ...deploy(i + 3, -50 + i / 100), tags: [] }));
  const events = [deploy(1, -100), deploy(2, -100), ...lone, deploy(5_000, -30), deploy(5_001, -30)];
  expect(events.findIndex((event) => !part.add(event))).toBe(1_023);
  const { entries, next } = part.build();
  expect(entries).toHaveLength(1_022);
  expect(entries[0]?.group).toMatchObject({ count: 2, isWhole: true });
  expect(next).toEqual({ id: 5_000, time: -30_000 });
});

test('continues after the last entry of a full part, and reads its groups only within their reach', () => {
  const part = new GroupedPartBuilder(grouping, { limit: 2, isLate: () => false });
  const alone = (id: number, seconds: number): StoredEvent => ({ ...deploy(id, seconds), tags: [] });
  const events = [alone(1, 0), deploy(2, 1), alone(3, 2), deploy(4, 9), alone(5, 10), deploy(6, 19.001)];
  expect(events.map((event) => part.add(event))).toEqual([true, true, true, true, true, false]);
  const { entries, next } = part.build();
  expect(entries.map(({ id, group }) => [id, group?.count ?? 1])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(next).toEqual({ id: 2, time: 1_000 });
});

test('marks a group at the end of a part as possibly incomplete, even one of a single event', () => {
  let looks = 0;
  const part = new GroupedPartBuilder(grouping, { limit: 2_000, isLate: () => ++looks > 0 });
  for (let i = 0; i < 1_022; i++) part.add({ ...deploy(i + 1, -60), tags: [] });
  part.add(deploy(2_000, 0));
  expect(part.add(deploy(2_001, 1))).toBe(false);
  const { entries, next } = part.build();
  expect(entries.at(-1)?.group).toMatchObject({ count: 1, isWhole: false });
  expect(next).toEqual({ id: 2_000, time: 0 });
  expect(looks).toBe(1);
});

test('puts fewer long events into a part', () => {
  const part = new GroupedPartBuilder(grouping, { limit: 100, isLate: () => false });
  const long = Array.from({ length: 9 }, (_, i) => ({
    ...deploy(i + 1, i * 100),
    tags: ['x'.repeat(524_288)],
    description: 'y'.repeat(524_288),
  }));
  for (const event of long) if (!part.add(event)) break;
  expect(part.build()).toMatchObject({ next: { id: 4, time: 300_000 } });
  expect(part.build().entries).toHaveLength(4);
});

test('ends a part whose groups take too much memory, and refuses a single group that does', () => {
  const value = (i: number): string => `version=${i}${'v'.repeat(1_000_000)}`;
  const before = new GroupedPartBuilder(grouping, never);
  const events = Array.from({ length: 10 }, (_, i) => ({ ...deploy(i + 1, 0), tags: [value(i)] }));
  const known = events.map((event) => before.addBefore(event));
  expect(known.indexOf(false)).toBe(8);
  const within = new GroupedPartBuilder({ key: 'k', windowMs }, never);
  const many = Array.from({ length: 90_000 }, (_, i) => ({ ...deploy(i + 1, 0), tags: [`k=${i}`] }));
  const ended = many.findIndex((event) => !within.add(event));
  expect(ended).toBeGreaterThan(70_000);
  expect(within.build().next).toEqual({ id: ended, time: 0 });
});

const query: EventQuery = { fromMs: 5_000, untilMs: 80_000, order: 'ascending' };

test.each([
  ['ascending', 50_000, 40_000, 50_001],
  ['ascending', 9_000, 5_000, 9_001],
  ['descending', 50_000, 50_000, 60_001],
  ['descending', 75_000, 75_000, 80_000],
] as const)(
  'reads before a cursor in a list that is %s at %d the range from %d to %d',
  (order, time, fromMs, untilMs) => {
    expect(rangeBefore({ ...query, order }, { id: 1, time }, windowMs)).toEqual({
      ...query,
      order,
      fromMs,
      untilMs,
    });
  },
);

test.each([
  ['ascending', 4, true],
  ['ascending', 5, true],
  ['ascending', 6, false],
  ['descending', 4, false],
  ['descending', 5, true],
  ['descending', 6, true],
] as const)(
  'decides at the instant of a cursor, %s, whether event %d is before it: %s',
  (order, id, expected) => {
    expect(isBefore(deploy(id, 1), { id: 5, time: 1_000 }, { ...query, order })).toBe(expected);
    expect(isBefore(deploy(id, 2), { id: 5, time: 1_000 }, { ...query, order })).toBe(true);
  },
);

const drawn = fc.record({
  time: fc.integer({ min: 0, max: 80 }).map((n) => n * 1_000),
  type: fc.constantFrom('deploy', 'puppet'),
  tags: fc.constantFrom(['version=1'], ['version=2'], ['x']),
});

test('gives with parts of any size, in both orders, the groups of all events at once', () => {
  fc.assert(
    fc.property(
      fc.array(drawn, { maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom('ascending' as const, 'descending' as const),
      (some, limit, order) => {
        const sign = order === 'ascending' ? 1 : -1;
        const events = some
          .map((one, i): StoredEvent => ({ ...one, id: i + 1, description: 'x' }))
          .sort((a, b) => sign * (a.time - b.time || a.id - b.id));
        const all: unknown[] = [];
        for (let after: Cursor | null = null, parts = 0; parts <= events.length; parts++) {
          const part = new GroupedPartBuilder(grouping, { limit, isLate: () => false });
          const cursor: Cursor | null = after;
          const isKnown = (event: StoredEvent): boolean =>
            cursor !== null && sign * (event.time - cursor.time || event.id - cursor.id) <= 0;
          if (cursor !== null) {
            const { fromMs, untilMs } = rangeBefore({ fromMs: 0, untilMs: 1e9, order }, cursor, windowMs);
            for (const event of events)
              if (isKnown(event) && event.time >= fromMs && event.time < untilMs) part.addBefore(event);
          }
          for (const event of events) if (!isKnown(event) && !part.add(event)) break;
          const { entries, next } = part.build();
          all.push(...entries);
          if (next === null) break;
          after = next;
        }
        expect(all).toEqual(groupEvents(events, grouping));
      },
    ),
    { numRuns: 300 },
  );
});
