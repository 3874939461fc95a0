// Keys of events through the storage interface: the key belongs to its first event permanently.

import type { EventBatch, EventKey } from '../../src/storage/event-batch';
import type { Storage } from '../../src/storage/storage';
import { start, type TestServer } from '../start';

type Event = readonly [time: number, series: string, description: string, source?: string, key?: string];

let server: TestServer;
let storage: Storage;
beforeAll(async () => {
  server = await start();
  storage = server.app.store;
});

function batchOf(events: readonly Event[]): EventBatch {
  const keys = new Map<number, EventKey>();
  for (const [place, [, , , source, key]] of events.entries()) {
    if (source !== undefined && key !== undefined) keys.set(place, { source, key });
  }
  return {
    times: events.map(([time]) => time),
    series: events.map(([, series]) => series),
    descriptions: events.map(([, , description]) => description),
    rejects: [],
    keys,
  };
}

async function append(...events: readonly Event[]) {
  const { ids, fresh } = await storage.append(batchOf(events));
  return { ids: [...ids], fresh: [...fresh] };
}

const byNobody = { at: 1, who: null };
let seconds = 0;
const next = (): number => ++seconds * 1000;

test('treats a later event with a stored key as a duplicate, whatever its text', async () => {
  const first = await append([next(), 'a;b', 'first', 's', 'again']);
  const second = await append([next(), 'other', 'second', 's', 'again'], [next(), 'a', 'without a key']);
  expect(first.fresh).toEqual([1]);
  expect(second.fresh).toEqual([0, 1]);
  expect(second.ids[0]).toBe(first.ids[0]);
  expect(await server.app.store.event(first.ids[0] as number)).toMatchObject({ description: 'first' });
});

test('accepts one key of two sources for two events', async () => {
  const { fresh } = await append([next(), 'a', 'x', 's', 'two'], [next(), 'a', 'x', 't', 'two']);
  expect(fresh).toEqual([1, 1]);
});

test('separates source and key', async () => {
  const { fresh } = await append([next(), 'a', 'x', 's', 'tu'], [next(), 'a', 'y', 'st', 'u']);
  expect(fresh).toEqual([1, 1]);
});

test('stores the first event with a key in a batch and treats the others as its duplicates', async () => {
  const { ids, fresh } = await append(
    [next(), 'a', 'one', 's', 'batch'],
    [next(), 'a', 'between'],
    [next(), 'a', 'two', 's', 'batch'],
    [next(), 'a', 'three', 's', 'batch'],
  );
  expect(fresh).toEqual([1, 1, 0, 0]);
  expect([ids[2], ids[3]]).toEqual([ids[0], ids[0]]);
  expect(new Set(ids).size).toBe(2);
});

test('does not count the text of a duplicate by key', async () => {
  const time = next();
  await append([next(), 'a', 'first', 's', 'not stored']);
  const { ids, fresh } = await append([time, 'a', 'same', 's', 'not stored'], [time, 'a', 'same']);
  expect(fresh).toEqual([0, 1]);
  expect(ids[0]).not.toBe(ids[1]);
});

test('adds a new key to a stored event', async () => {
  const time = next();
  const first = await append([time, 'a', 'known']);
  const bound = await append([time, 'a', 'known', 's', 'bound']);
  const again = await append([next(), 'b', 'anything', 's', 'bound']);
  expect([bound, again]).toEqual([
    { ids: first.ids, fresh: [0] },
    { ids: first.ids, fresh: [0] },
  ]);
  // An earlier event of the same batch counts as stored.
  const both = await append([next(), 'a', 'here'], [seconds * 1000, 'a', 'here', 's', 'here']);
  expect(both).toEqual({ ids: [both.ids[0], both.ids[0]], fresh: [1, 0] });
  expect(await append([next(), 'b', 'there', 's', 'here'])).toEqual({ ids: [both.ids[0]], fresh: [0] });
});

test('keeps the key of an event after an edit, a deletion and a restoration', async () => {
  const time = next();
  const { ids } = await append([time, 'a', 'first', 's', 'kept']);
  const id = ids[0] as number;
  const again = () => append([next(), 'c', 'again', 's', 'kept']);
  await storage.edit(id, { description: 'edited', time: next() }, byNobody, null);
  expect(await again()).toEqual({ ids, fresh: [0] });
  await storage.remove(id, byNobody, null);
  expect(await again()).toEqual({ ids, fresh: [0] });
  // A new key is added to the previous version of a deleted event.
  expect(await append([time, 'a', 'first', 's', 'late'])).toEqual({ ids, fresh: [0] });
  expect(await server.app.store.event(id)).toBeNull();
  await storage.restore(id, byNobody);
  expect(await again()).toEqual({ ids, fresh: [0] });
  expect(await append([next(), 'c', 'again', 's', 'late'])).toEqual({ ids, fresh: [0] });
});

test('shows the first key of an event, ordered by source and key', async () => {
  const time = next();
  const event = (source: string, key: string): Event => [time, 'a', 'keys', source, key];
  const { ids } = await append(event('t', 'a'), event('s', 'z'), event('s', 'é'), [next(), 'a', 'none']);
  expect(await server.app.store.key(ids[0] as number)).toBe('z');
  expect(await server.app.store.key(ids[3] as number)).toBeNull();
});

test('stores one event for a thousand concurrent batches with one key', async () => {
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, i) => append([next(), 'race', `event ${i}`, 's', 'race'])),
  );
  expect(answers.filter(({ fresh }) => fresh[0] === 1)).toHaveLength(1);
  expect(new Set(answers.map(({ ids }) => ids[0])).size).toBe(1);
});
