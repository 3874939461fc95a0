// Answers of every storage: the same as a plain scan of all events.

import { pairMarks, parseMark, type StoredEvent, titleOf } from '@anthracite/protocol';
import fc from 'fast-check';
import type { EventStore } from '../../../src/answers/event-store';
import type { Cursor, EventQuery } from '../../../src/query/event-query';
import { createQueryTest } from '../../../src/query/query-test';
import { batchOf, everything, type NewEvent, newEvent, newMark, query } from './random-events';

const seed = 20_261_127;
const change = { at: 0, who: null };

const sample = <T>(what: fc.Arbitrary<T>, count: number): T[] => fc.sample(what, { numRuns: count, seed });

async function pagesOf(store: EventStore, asked: EventQuery, limit: number): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for (let after: Cursor | null = null; ; ) {
    const part = await store.events(asked, null, limit, after);
    expect(part.events.length).toBeLessThanOrEqual(limit);
    events.push(...part.events);
    if (part.next === null) return events;
    after = part.next;
  }
}

/** Tests the answers of an empty store. */
export function answerSuite(given: () => EventStore): void {
  const fill = async (events: readonly NewEvent[]): Promise<StoredEvent[]> => {
    const { ids, fresh } = await given().append(batchOf(events));
    return events.map((one, i) => ({ ...one, id: ids[i] ?? 0 })).filter((_, i) => fresh[i] === 1);
  };

  test('give the same for pages of any size, in any order, with any filter, as a plain scan', async () => {
    const store = given();
    const all = await fill(sample(newEvent, 120));
    for (const [i, asked] of sample(query, 150).entries()) {
      const sign = asked.order === 'ascending' ? 1 : -1;
      const expected = all
        .filter(createQueryTest(asked))
        .sort((one, other) => sign * (one.time - other.time || one.id - other.id));
      expect(await pagesOf(store, asked, 1 + (i % 40))).toEqual(expected);
      expect((await store.ids(asked, 1_000, null)).ids).toEqual(expected.map(({ id }) => id));
      expect((await store.count(asked, null, 1_000, null)).count).toBe(expected.length);
      const counts = await store.counts(asked, 1_000, 'type');
      expect(counts.counts.reduce((sum, count) => sum + count, 0)).toBe(expected.length);
    }
  });

  test('give the same events in a page as text', async () => {
    const store = given();
    await fill(sample(newEvent, 30));
    const { bytes, count, next } = await store.page(everything, null, 'json', 7, null);
    const { events } = await store.events(everything, null, 7, null);
    expect(JSON.parse(`[${Buffer.from(bytes)}]`)).toEqual(JSON.parse(JSON.stringify(events)));
    expect([count, next]).toEqual([7, { time: events[6]?.time, id: events[6]?.id }]);
  });

  test('count by units, by bins, by seconds, by types and by values of a key', async () => {
    const store = given();
    const all = await fill(sample(newEvent, 80));
    const sumsOf = (keysOf: (event: StoredEvent) => readonly string[]): Record<string, number> => {
      const sums: Record<string, number> = {};
      for (const event of all) for (const key of keysOf(event)) sums[key] = (sums[key] ?? 0) + 1;
      return sums;
    };
    const told = ({ names, nameOf, slots, counts }: Awaited<ReturnType<EventStore['counts']>>) =>
      Object.fromEntries(Array.from(counts, (count, i) => [`${slots[i]} ${names[nameOf[i] ?? 0]}`, count]));
    const hostsOf = ({ tags }: StoredEvent): readonly string[] => {
      const hosts = tags.filter((tag) => tag.startsWith('host=')).map((tag) => tag.slice(5));
      return hosts.length > 0 ? [...new Set(hosts)] : [''];
    };
    const byHost = await store.counts(everything, 2_000, 'host');
    expect(told(byHost)).toEqual(
      sumsOf((one) => hostsOf(one).map((host) => `${Math.floor(one.time / 2_000)} ${host}`)),
    );
    const bounds = [-1e9, 0, 5_000, 10_000, 1e9];
    const byType = await store.countsBetween(everything, bounds, 'type');
    expect(told(byType)).toEqual(
      sumsOf(({ time, type }) => [`${bounds.findLastIndex((bound) => bound <= time)} ${type}`]),
    );
    const seconds = await store.countBySecond(everything);
    const expected = sumsOf(({ time }) => [String(Math.floor(time / 1_000))]);
    const pairs = Array.from({ length: seconds.length / 2 }, (_, i) => [seconds[2 * i], seconds[2 * i + 1]]);
    expect(Object.fromEntries(pairs)).toEqual(expected);
    expect(pairs.map(([second]) => second)).toEqual(
      Object.keys(expected)
        .map(Number)
        .sort((one, other) => one - other),
    );
  });

  test('list the names of types, tags and keys in order, with counts and times', async () => {
    const store = given();
    const all = await fill(sample(newEvent, 80));
    const types = [...new Set(all.map(({ type }) => type))].sort();
    expect((await store.names('types', '', 100)).items).toEqual(types);
    const tags = [...new Set(all.flatMap((one) => one.tags))].sort();
    expect((await store.names('tags', '', 100)).items).toEqual(tags);
    expect((await store.names('keys', '', 100)).items).toEqual(['env', 'host', 'nul']);
    expect(await store.names('tags', 'host=', 1)).toEqual({ items: ['host=a'], isAll: false });
    const times = all.filter(({ type }) => type === 'deploy').map(({ time }) => time);
    const [usage] = (await store.types('dep', 10)).items;
    expect(usage).toEqual({
      name: 'deploy',
      count: times.length,
      firstTime: Math.min(...times),
      lastTime: Math.max(...times),
    });
  });

  test('pair all marks to spans after any sequence of events, edits and deletions', async () => {
    const store = given();
    const known = new Map<number, unknown>();
    let position = await store.position();
    const ask = async (): Promise<StoredEvent[]> => pagesOf(store, everything, 1_000);
    for (const [i, mark] of sample(newMark, 60).entries()) {
      if (i % 7 === 3) await store.edit(1 + (i % 20), mark, change, null);
      else if (i % 11 === 5) await store.remove(1 + (i % 20), change, null);
      else if (i % 13 === 6) await store.restore(1 + (i % 20), change);
      else await fill([mark]);
      const events = await ask();
      const marks = events.flatMap(({ id, time, type, tags }) => {
        const meaning = parseMark(type, tags);
        return meaning === null ? [] : [{ id, time, type, tags, meaning }];
      });
      const titles = new Map(events.map(({ id, description }) => [id, titleOf(description)]));
      const expected = pairMarks(marks).map((span) => ({ ...span, title: titles.get(span.id) }));
      expect((await store.spans(everything, 1_000, null)).spans).toEqual(expected);
      for (const span of expected) {
        for (const one of span.marks) expect(await store.span(one.id)).toEqual(span);
      }
      // A follower of the spans has the same spans.
      const news = await store.spanNews(everything, position);
      for (const id of news.gone) known.delete(id);
      // Spans grow together, and get another id when their start is added late.
      for (const span of news.spans) {
        for (const { id } of span.marks) known.delete(id);
        known.set(span.id, span);
      }
      position = news.position;
      expect(new Map(expected.map((span) => [span.id, span]))).toEqual(known);
    }
  });

  test('group events that share a value and are close in time, for any size of page', async () => {
    const store = given();
    const deploy = (second: number, version: number, host: string): NewEvent => ({
      time: second * 1_000,
      type: 'deploy',
      tags: [`version=${version}`, `host=${host}`],
      description: `${version} on ${host} at ${second}`,
    });
    const events = Array.from({ length: 40 }, (_, i) => deploy(i, Math.floor(i / 10), `web${i % 4}`));
    await fill(events);
    const grouping = { key: 'version', windowMs: 2_000 };
    for (const limit of [1, 2, 3, 100]) {
      const counts: number[] = [];
      for (let after: Cursor | null = null; ; ) {
        const part = await store.events(everything, grouping, limit, after);
        counts.push(...part.events.map(({ group }) => group?.count ?? 1));
        if (part.next === null) break;
        after = part.next;
      }
      expect(counts).toEqual([10, 10, 10, 10]);
    }
    const third = await store.event(3);
    expect(await store.groupOf(everything, grouping, third as StoredEvent)).toMatchObject({
      id: 1,
      group: { count: 10, hosts: ['web0..web3'] },
    });
  });

  test('count incidents and deployments in the report, and suspect the changes before an incident', async () => {
    const store = given();
    const hour = 3_600_000;
    await fill([
      { time: hour, type: 'deploy_shop', tags: ['version=1'], description: 'first' },
      { time: 2 * hour, type: 'deploy_shop', tags: ['version=2'], description: 'second' },
      { time: 2 * hour + 60_000, type: 'incident_sev1_start', tags: ['incident=1'], description: 'down' },
      { time: 3 * hour, type: 'incident_sev1_end', tags: ['incident=1'], description: 'up' },
    ]);
    const options = {
      periods: [],
      failureWindowMs: hour,
      dataFromMs: null,
      leavesOutMaintenance: false,
      previous: null,
      targets: [],
      groupKeys: { service: ['service'], team: ['team'] },
    };
    const range: EventQuery = { fromMs: 0, untilMs: 10 * hour, order: 'ascending' };
    const report = JSON.parse(Buffer.from(await store.report(range, options, 'json')).toString());
    expect(report).toMatchObject({
      incidents: { count: 1, downMs: hour - 60_000 },
      delivery: { deployments: 2, failed: 1 },
    });
    const suspects = await store.suspects(4, everything, { windowMs: hour, limit: 10 });
    expect(suspects?.suspects.map(({ event }) => event.id)).toEqual([2]);
    const followers = await store.followers(2, everything, { windowMs: hour, limit: 10 });
    expect(followers?.followers.map(({ span }) => span.id)).toEqual([3]);
    expect(await store.suspects(1, everything, { windowMs: hour, limit: 10 })).toBeNull();
  });
}
