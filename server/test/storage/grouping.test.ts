// Grouped events: pages of any size give the same groups as all events at once.

import { join } from 'node:path';
import { describeGroup, type GroupedEvent, joinSeries, type StoredEvent } from '@anthracite/protocol';
import { temporaryFolder } from '@anthracite/testing';
import fc from 'fast-check';
import type { Page } from '../../src/answers/answers';
import type { Reader } from '../../src/answers/reader';
import type { Cursor, EventQuery } from '../../src/query/event-query';
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

/** All events, grouped at once: neighbours in time with the same type and version, at most one window apart. */
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

async function readPages(
  reader: Reader,
  query: EventQuery,
  limit: number,
): Promise<{ id: number; count: number }[]> {
  const entries: { id: number; count: number }[] = [];
  for (let after: Cursor | null = null; ; ) {
    const page: Page = await reader.page(query, grouping, 'json', limit, after);
    const rows = JSON.parse(`[${Buffer.from(page.bytes).toString()}]`) as GroupedEvent[];
    expect(rows).toHaveLength(page.count);
    entries.push(...rows.map(({ id, group }) => ({ id, count: group?.count ?? 1 })));
    if (page.next === null) return entries;
    after = page.next;
  }
}

test('gives the same groups for pages of any size, in both orders, with a filter', async () => {
  let files = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom('ascending' as const, 'descending' as const),
      fc.constantFrom<string[]>([], ['deploy']),
      async (events, limit, order, types) => {
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
        expect(await readPages(opened.reader, query, limit)).toEqual(expected);
        // The group is the same for each of its events.
        const ascending = foldAll(stored, 'ascending');
        const seen = await Promise.all(stored.map((one) => opened.reader.groups.of(query, grouping, one)));
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
])('describes %j as %j', (group, text) => {
  expect(describeGroup({ key: 'version', value: '1', first: 0, last: 1, isWhole: true, ...group })).toBe(
    text,
  );
});
