// Folded events: pages of any size give what folding all events at once gives.

import { join } from 'node:path';
import { describeGroup, type GroupedEvent, joinSeries, type StoredEvent } from '@anthracite/protocol';
import { temporaryFolder } from '@anthracite/testing';
import fc from 'fast-check';
import type { Cursor, EventQuery } from '../../src/store/event-store';
import type { Reader } from '../../src/store/reader';
import { open } from './opened';

const folder = temporaryFolder();
const windowMs = 10_000;
const grouping = { key: 'version', windowMs };

const event = fc.record({
  time: fc.integer({ min: 0, max: 80 }).map((n) => n * 1_000),
  type: fc.constantFrom('deploy', 'puppet'),
  tags: fc
    .tuple(fc.constantFrom('version=1', 'version=2', 'versions=1', 'x'), fc.integer({ min: 1, max: 5 }))
    .map(([tag, host]) => [tag, `host=web${host}`]),
  description: fc.string({ minLength: 1, maxLength: 2 }),
});

/** All events, folded at once: neighbours in time of one type and version, no further apart than the window. */
function foldAll(
  events: readonly StoredEvent[],
  order: EventQuery['order'],
): { id: number; count: number }[] {
  const sign = order === 'ascending' ? 1 : -1;
  const sorted = [...events].sort((a, b) => sign * (a.time - b.time || a.id - b.id));
  const entries: { id: number; count: number; key: string; latest: number }[] = [];
  for (const { id, time, type, tags } of sorted) {
    const version = tags.find((tag) => tag.startsWith('version='));
    const key = version === undefined ? `alone ${id}` : `${type} ${version}`;
    const last = entries.filter((entry) => entry.key === key).at(-1);
    if (last && Math.abs(last.latest - time) <= windowMs) {
      last.count++;
      last.latest = time;
    } else entries.push({ id, count: 1, key, latest: time });
  }
  return entries.map(({ id, count }) => ({ id, count }));
}

function readPages(reader: Reader, query: EventQuery, limit: number): { id: number; count: number }[] {
  const entries: { id: number; count: number }[] = [];
  for (let after: Cursor | null = null; ; ) {
    const page = reader.groupedPage(query, grouping, 'json', limit, after);
    const rows = JSON.parse(`[${Buffer.from(page.bytes).toString()}]`) as GroupedEvent[];
    expect(rows).toHaveLength(page.count);
    entries.push(...rows.map(({ id, group }) => ({ id, count: group?.count ?? 1 })));
    if (page.next === null) return entries;
    after = page.next;
  }
}

test('pages of any size, in both orders, under a filter', () => {
  let files = 0;
  fc.assert(
    fc.property(
      fc.array(event, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom('ascending' as const, 'descending' as const),
      fc.constantFrom<string[]>([], ['deploy']),
      (events, limit, order, types) => {
        const opened = open(join(folder, `${files++}.db`));
        const { ids, fresh } = opened.writer.append({
          times: events.map((one) => one.time),
          series: events.map((one) => joinSeries(one.type, one.tags)),
          descriptions: events.map((one) => one.description),
          rejects: [],
        });
        const stored = events
          .map((one, i) => ({ ...one, id: ids[i] ?? 0 }))
          .filter((one, i) => fresh[i] === 1 && (types.length === 0 || types.includes(one.type)));
        const query: EventQuery = { fromMs: 0, untilMs: 1e9, types, order };
        const expected = foldAll(stored, order);
        expect(readPages(opened.reader, query, limit)).toEqual(expected);
        // Whichever of its events is asked for, the group is the same.
        const ascending = foldAll(stored, 'ascending');
        const seen = stored.map((one) => opened.reader.groupOf(query, grouping, one));
        expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(ascending.map(({ id }) => id)));
        for (const { id, group } of seen) {
          expect({ id, count: group?.count ?? 1 }).toEqual(ascending.find((entry) => entry.id === id));
        }
        opened.close();
      },
    ),
    { numRuns: 250 },
  );
}, 600_000);

test.each([
  [
    { count: 500, hosts: ['web01..web04', 'db01'], moreHosts: 12 },
    '500 events on web01..web04, db01 and 12 more',
  ],
  [{ count: 2, hosts: ['a', 'b'], moreHosts: 0 }, '2 events on a, b'],
  [{ count: 3, hosts: [], moreHosts: 0 }, '3 events'],
])('%j is told as %j', (group, text) => {
  expect(describeGroup({ key: 'version', value: '1', first: 0, last: 1, isWhole: true, ...group })).toBe(
    text,
  );
});
