// The requirements of every storage, through its interface alone: each new database must pass this suite.

import { join } from 'node:path';
import { parseSearch } from '@anthracite/protocol';
import { temporaryFolder } from '@anthracite/testing';
import type { EventStore } from '../../../src/answers/event-store';
import type { EventQuery } from '../../../src/query/event-query';
import type { RejectedLine } from '../../../src/storage/event-batch';
import { stateOf } from '../../../src/storage/event-state';
import { answerSuite } from './answers';
import { batchOf, everything, type NewEvent } from './random-events';

/** A database that can be opened repeatedly. It keeps only the last 20 rejected lines. */
export interface TestedStorage {
  open(): Promise<EventStore>;
}

const change = { at: 1_700_000_000_000, who: 'somebody' };
const event = (description: string, type = 'a'): NewEvent => ({
  time: 1_000,
  type,
  tags: ['n=1'],
  description,
});

/** Tests a storage. `create` makes a new, empty database. */
export function storageSuite(create: () => TestedStorage): void {
  let storage: TestedStorage;
  let store: EventStore;

  beforeEach(async () => {
    storage = create();
    store = await storage.open();
  });
  afterEach(async () => {
    await store.close();
  });

  const idsOf = async (query: EventQuery = everything): Promise<readonly number[]> =>
    (await store.ids(query, 1_000, null)).ids;
  const add = async (...events: readonly NewEvent[]): Promise<number[]> => [
    ...(await store.append(batchOf(events))).ids,
  ];
  const reopen = async (): Promise<void> => {
    await store.close();
    store = await storage.open();
  };

  test('assigns ids in the order of events, and one id to equal events within a batch and between batches', async () => {
    const { ids, fresh } = await store.append(batchOf([event('one'), event('two'), event('one')]));
    const [one = 0, two = 0, same] = ids;
    expect([two > one, same, [...fresh]]).toEqual([true, one, [1, 1, 0]]);
    const again = await store.append(batchOf([event('three'), event('two')]));
    const [three = 0] = again.ids;
    expect([three > two, [...again.ids], [...again.fresh]]).toEqual([true, [three, two], [1, 0]]);
    expect(await store.event(three)).toEqual({ id: three, ...event('three') });
    expect(await store.event(three + 1)).toBeNull();
  });

  test('keeps acknowledged events after it is opened again', async () => {
    const hard: NewEvent = {
      time: -62_135_596_800_000,
      type: 'a\0b',
      tags: ['\0', ';=\\'],
      description: '\0\n',
    };
    await add(hard, event('x'.repeat(1_000_000)));
    await reopen();
    expect(await store.event(1)).toEqual({ id: 1, ...hard });
    expect((await store.event(2))?.description).toHaveLength(1_000_000);
    expect(await add(event('next'), hard)).toEqual([3, 1]);
  });

  test('text-postgres-refuses: stores and finds texts of any characters and of any length', async () => {
    const long = Array.from({ length: 128 }, (_, i) => `${i}${'t'.repeat(1_020)}`);
    const words = Array.from({ length: 150_000 }, (_, i) => `w${i.toString(36)}`).join(' ');
    const events = [
      { ...event('nul \0 and \x01 and \x01\0'), type: '\0\x01', tags: ['\0=\x01', "quote='\\"] },
      event(`one ${'x'.repeat(3_000)} end`),
      event(words.slice(0, 1_000_000)),
      { ...event('long series'), tags: long },
      event(`${'é'.repeat(2_000)} accents`),
      event('plain'),
    ];
    const ids = await add(...events);
    expect(await add(...events)).toEqual(ids);
    for (const [i, one] of events.entries())
      expect(await store.event(ids[i] as number)).toEqual({ id: ids[i], ...one });
    const found = async (search: string): Promise<readonly number[]> =>
      idsOf({ ...everything, search: parseSearch(search) });
    const [nul, oneWord, many, series, accents, plain] = ids;
    expect(await found('nul')).toEqual([nul]);
    expect(await found('x'.repeat(3_000))).toEqual([oneWord]);
    expect(await found('x'.repeat(2_999))).toEqual([]);
    expect(await found('end')).toEqual([oneWord]);
    expect(await found('w2r1')).toEqual([many]);
    expect(await found(`127${'t'.repeat(1_020)}`)).toEqual([series]);
    expect(await found(`${'e'.repeat(2_000)} accents`)).toEqual([accents]);
    expect(await found('plain')).toEqual([plain]);
    expect(await found('quote')).toEqual([nul]);
    expect(await idsOf({ ...everything, types: ['\0*'], all: ['\0=\x01'] })).toEqual([nul]);
    expect((await store.names('tags', '\0', 10)).items).toEqual(['\0=\x01']);
    await store.edit(nul as number, { description: '\0\0' }, { at: 1, who: '\0who' }, null);
    expect((await store.history(nul as number, 0)).entries).toMatchObject([
      { who: '\0who', before: { description: events[0]?.description }, after: { description: '\0\0' } },
    ]);
  });

  test('stores one event that arrives through fifty doors at once', async () => {
    const receipts = await Promise.all(
      Array.from({ length: 50 }, () => store.append(batchOf([event('one')]))),
    );
    expect(receipts.reduce((sum, { fresh }) => sum + (fresh[0] ?? 0), 0)).toBe(1);
    expect(await idsOf()).toEqual([1]);
  });

  test('keeps the id of an edited event and recognizes its previous version as a duplicate', async () => {
    await add(event('one'), event('other'));
    const first = await store.event(1);
    const outcome = await store.edit(1, { description: 'two' }, change, null);
    expect(outcome).toEqual({ kind: 'done', event: { id: 1, ...event('two') } });
    expect(await add(event('one'))).toEqual([1]);
    expect(await store.edit(1, { description: 'two' }, change, null)).toMatchObject({ kind: 'unchanged' });
    expect(await store.edit(1, { description: 'other' }, change, null)).toEqual({ kind: 'same', id: 2 });
    expect(await store.edit(9, { description: 'x' }, change, null)).toEqual({ kind: 'missing' });
    const stale = await store.edit(1, { description: 'three' }, change, [stateOf(first as NewEvent)]);
    expect(stale).toMatchObject({ kind: 'stale', event: { description: 'two' } });
    expect(await store.edit(1, { type: 'b' }, change, [stateOf(event('two'))])).toMatchObject({
      kind: 'done',
    });
  });

  test('keeps both of two concurrent edits of different fields', async () => {
    await add(event('one'));
    await Promise.all([
      store.edit(1, { description: 'two' }, change, null),
      store.edit(1, { tags: ['n=2'] }, change, null),
    ]);
    expect(await store.event(1)).toEqual({ id: 1, ...event('two'), tags: ['n=2'] });
  });

  test('keeps a deleted event deleted when it is sent again, restores it on request, and never reuses its id', async () => {
    await add(event('one'), event('two'));
    expect(await store.remove(2, change, null)).toMatchObject({ kind: 'done' });
    expect(await store.remove(2, change, null)).toEqual({ kind: 'missing' });
    expect([...(await store.append(batchOf([event('two')]))).fresh]).toEqual([0]);
    expect(await store.event(2)).toBeNull();
    await reopen();
    expect(await add(event('three'))).toEqual([3]);
    expect(await store.restore(2, change)).toEqual({ kind: 'done', event: { id: 2, ...event('two') } });
    expect(await idsOf()).toEqual([1, 2, 3]);
  });

  test('deletes all events of a query in one commit, or none when the number differs', async () => {
    await add(event('one'), event('two'), event('other', 'b'));
    const query: EventQuery = { ...everything, types: ['a'] };
    const found = { ids: Float64Array.from(await idsOf(query)), since: await store.position() };
    await add(event('came since'));
    expect(await store.removeAll(query, found, 2, change)).toEqual({ kind: 'differs', count: 3 });
    expect(await idsOf()).toEqual([1, 2, 3, 4]);
    expect(await store.removeAll(query, found, 3, change)).toEqual({ kind: 'done', count: 3 });
    expect(await idsOf()).toEqual([3]);
  });

  test('records both versions and the author of each change in the history', async () => {
    await add(event('one'));
    await store.edit(1, { description: 'two' }, change, null);
    await store.remove(1, change, null);
    await store.restore(1, { at: 5, who: null });
    const { entries, isAll } = await store.history(1, 0);
    expect(isAll).toBe(true);
    expect(entries).toEqual([
      { id: 1, event: 1, ...change, before: event('one'), after: event('two') },
      { id: 2, event: 1, ...change, before: event('two'), after: null },
      { id: 3, event: 1, at: 5, who: null, before: null, after: event('two') },
    ]);
    expect((await store.history(1, 2)).entries).toEqual(entries.slice(2));
    expect(await store.newestHistory(1)).toEqual({ entries, isAll });
  });

  test('keeps the last rejected lines and can delete them', async () => {
    const reject = (i: number): RejectedLine => ({
      receivedAt: i,
      door: 'tcp',
      peer: '192.0.2.1:9',
      code: 'NO_TYPE',
      message: `line ${i}`,
      line: Uint8Array.of(0, 255, i),
    });
    await store.append(
      batchOf(
        [],
        Array.from({ length: 25 }, (_, i) => reject(i)),
      ),
    );
    const page = await store.rejects(3, null);
    expect(page.entries.map(({ message }) => message)).toEqual(['line 24', 'line 23', 'line 22']);
    expect(page.entries[0]).toMatchObject({ ...reject(24), line: expect.anything() });
    expect([...(page.entries[0]?.line ?? [])]).toEqual([0, 255, 24]);
    const rest = await store.rejects(100, page.nextBefore);
    expect([rest.entries.length, rest.nextBefore]).toEqual([17, null]);
    const { id = 0 } = rest.entries[0] ?? {};
    expect([await store.forget(id), await store.forget(id)]).toEqual([true, false]);
    expect(await store.reject(id)).toBeNull();
    expect(await store.statistics()).toMatchObject({ events: 0, rejects: 19, rejectsForgotten: 5 });
    // The maximum holds for all lines together, also after a restart.
    await reopen();
    await store.append(batchOf([], [reject(25), reject(26), reject(27)]));
    expect(await store.statistics()).toMatchObject({ rejects: 20, rejectsForgotten: 7 });
  });

  test('keeps tokens as hashes, including revoked ones, with one valid token of a name and one first token', async () => {
    const token = { name: 'grafana', roles: 'read', hash: Uint8Array.of(1, 2, 0, 255), createdAt: 7 };
    const id = await store.tokens.add(token, true);
    expect(await store.tokens.add({ ...token, hash: Uint8Array.of(2) }, false)).toBeNull();
    await store.tokens.revoke(Number(id), 9);
    expect(await store.tokens.add({ ...token, hash: Uint8Array.of(2) }, true)).toBeNull();
    await store.tokens.add({ ...token, hash: Uint8Array.of(3) }, false);
    await reopen();
    const kept = (await store.tokens.all()).map((one) => ({ ...one, hash: [...one.hash] }));
    expect(kept).toEqual([
      { id, ...token, hash: [1, 2, 0, 255], revokedAt: 9 },
      { id: expect.any(Number), ...token, hash: [3], revokedAt: null },
    ]);
  });

  test('notifies a listener of each commit of events once it is visible', async () => {
    const heard: Promise<readonly number[]>[] = [];
    const end = store.onCommit(() => void heard.push(idsOf()));
    await add(event('one'), event('two'));
    expect(await Promise.all(heard)).toEqual([[1, 2]]);
    await store.remove(1, change, null);
    expect(await heard[1]).toEqual([2]);
    end();
    await add(event('three'));
    expect(heard).toHaveLength(2);
  });

  test('sends each event and each change once, in order, to a follower from a position', async () => {
    const start = await store.position();
    const writing = (async () => {
      for (let i = 0; i < 60; i++) {
        await add(event(`event ${i}`), event(`other ${i}`, 'b'));
        if (i % 10 === 9) await store.edit(i, { description: `edited ${i}` }, change, null);
      }
    })();
    const events: number[] = [];
    const changes: number[] = [];
    let isWritten = false;
    void writing.then(() => {
      isWritten = true;
    });
    for (let position = start, isLast = false; !isLast; ) {
      isLast = isWritten;
      const news = await store.news({ ...everything, types: ['a'] }, position);
      events.push(...news.events.map((one) => one.event.id));
      changes.push(...news.changes.map((one) => one.change.id));
      position = news.position;
      isLast &&= news.isAll;
    }
    await writing;
    expect(events).toEqual(Array.from({ length: 60 }, (_, i) => 2 * i + 1));
    expect(changes).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await store.start(start)).toEqual({ position: start, isReset: false });
  });

  test('rejects a position from a later state, and the follower starts at the end', async () => {
    await add(event('one'));
    const later = await store.position();
    const other = await create().open();
    try {
      expect(await other.start(later)).toEqual({ position: await other.position(), isReset: true });
    } finally {
      await other.close();
    }
  });

  test('writes a copy of the events to a file', async () => {
    await add(event('one'), event('two', 'b'));
    const file = join(temporaryFolder(), 'copy.db');
    expect(await store.snapshot({ ...everything, types: ['b'] }, file, new AbortController().signal)).toBe(1);
    expect(store.bytes()).toBeGreaterThan(0);
  });

  test('answers nothing after it is closed', async () => {
    expect(await store.close()).toBe(true);
    await expect(store.event(1)).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await expect(store.append(batchOf([event('late')]))).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    store = await storage.open();
    expect(await idsOf()).toEqual([]);
  });

  describe('answers', () => answerSuite(() => store));
}
