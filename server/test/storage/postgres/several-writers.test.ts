// Several servers write to one database: each event is stored once, in the order of ids, and no transaction fails.

import { hasPostgres, needs, postgresSchema, until } from '@anthracite/testing';
import { openPostgresStore } from '../../../src/storage/postgres/postgres-store';
import { batchOf, everything, type NewEvent } from '../suite/random-events';
import { openWriters } from './opened-writer';

const testWithPostgres = needs('postgresql', hasPostgres);

const event = (i: number, type = 'a'): NewEvent => ({
  time: 1_000 * i,
  type,
  tags: [`n=${i % 7}`],
  description: `event ${i} of many`,
});

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const order = items.map((item, i) => [((i + 1) * 7_919 * seed) % 10_007, item] as const);
  return order.sort(([one], [other]) => one - other).map(([, item]) => item);
}

testWithPostgres('same-event-by-two-servers: each event has one id, whichever server stores it', async () => {
  const { writers, rows } = await openWriters(2);
  const receipts = await Promise.all(
    writers.map(async (writer) => {
      const ids: number[] = [];
      let fresh = 0;
      for (let i = 0; i < 60; i++) {
        const receipt = await writer.append(batchOf([event(i), event(i + 1), event(i + 2)]));
        ids.push(receipt.ids[0] as number);
        fresh += receipt.fresh.reduce((sum, one) => sum + one, 0);
      }
      return { ids, fresh };
    }),
  );
  const [one, other] = receipts as [(typeof receipts)[0], (typeof receipts)[0]];
  expect(one.ids).toEqual(other.ids);
  expect(one.fresh + other.fresh).toBe(62);
  expect(await rows('SELECT count(*), count(DISTINCT id) FROM {s}.events')).toEqual([[62, 62]]);
  expect(await rows('SELECT count(*) FROM {s}.words')).toEqual([[62]]);
});

testWithPostgres(
  'deadlock: the same 3,000 events in other orders by four servers at once are stored once',
  async () => {
    const { writers, rows } = await openWriters(4);
    const events = Array.from({ length: 3_000 }, (_, i) => event(i, i % 50 === 0 ? 'backup_start' : 'a'));
    const receipts = await Promise.all(
      writers.map(async (writer, w) => {
        const mine = shuffled(events, w + 1);
        const ids = new Map<string, number>();
        let fresh = 0;
        for (let at = 0; at < mine.length; at += 500) {
          const part = mine.slice(at, at + 500);
          const receipt = await writer.append(batchOf(part));
          for (const [i, one] of part.entries()) ids.set(one.description, receipt.ids[i] as number);
          fresh += receipt.fresh.reduce((sum, isFresh) => sum + isFresh, 0);
        }
        return { ids, fresh };
      }),
    );
    expect(receipts.reduce((sum, { fresh }) => sum + fresh, 0)).toBe(3_000);
    const [first] = receipts;
    const byText = (one: Map<string, number> | undefined) =>
      [...(one ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const { ids } of receipts) expect(byText(ids)).toEqual(byText(first?.ids));
    expect(await rows('SELECT count(*), max(id) - min(id) + 1 >= count(*) FROM {s}.events')).toEqual([
      [3_000, true],
    ]);
    expect(
      await rows('SELECT count(*), sum(mark_count) FROM {s}.mark JOIN {s}.span ON span.id = mark.id'),
    ).toEqual([[1, 60]]);
  },
);

testWithPostgres(
  'deadlock: edits, deletes, purges and batches of four servers at once all succeed',
  async () => {
    const { writers, rows } = await openWriters(4);
    const { ids } = await (writers[0] as (typeof writers)[0]).append(
      batchOf(Array.from({ length: 200 }, (_, i) => event(i, i % 9 === 0 ? 'incident_start' : 'a'))),
    );
    const change = { at: 5, who: null };
    await Promise.all(
      writers.map(async (writer, w) => {
        for (let i = 0; i < 40; i++) {
          const id = ids[(i * 4 + w) % 200] as number;
          if (i % 5 === 1) await writer.edit(id, { description: `by ${w} in ${i}` }, change, null);
          else if (i % 5 === 2) await writer.remove(id, change, null);
          else if (i % 5 === 3) await writer.purge(id, change);
          else if (i % 5 === 4) await writer.restore(id, change);
          else await writer.append(batchOf([event(i), event(1_000 + i), event(i, `b_end`)]));
          if (i % 10 === 0) await writer.count();
        }
      }),
    );
    while (await writers[0]?.count());
    // Everything belongs together.
    const counted = 'SELECT (SELECT sum(count) FROM {s}.series) = (SELECT count(*) FROM {s}.events)';
    expect(await rows(counted)).toEqual([[true]]);
    const words = `SELECT (SELECT count(*) FROM {s}.words) = (SELECT count(*) FROM {s}.events),
    (SELECT count(*) FROM {s}.events JOIN {s}.words USING (time, digest)) = (SELECT count(*) FROM {s}.events)`;
    expect(await rows(words)).toEqual([[true, true]]);
    const marks = 'SELECT (SELECT count(*) FROM {s}.mark) = (SELECT sum(mark_count) FROM {s}.span)';
    expect(await rows(marks)).toEqual([[true]]);
  },
);

testWithPostgres(
  'lost-by-a-follower: a follower of another server gets each event once, in order',
  async () => {
    const { writers, address } = await openWriters(3);
    const store = await openPostgresStore({
      database: `postgres://postgres@127.0.0.1:${address.hosts[0]?.port}/postgres?schema=${address.schema}`,
      readers: 1,
      limits: { maxRejects: 20, maxRejectBytes: 100_000 },
      onFatal: () => {},
      onThreadDeath: () => {},
    });
    try {
      let position = await store.position();
      let isWritten = false;
      const writing = Promise.all(
        writers.map(async (writer, w) => {
          for (let i = 0; i < 150; i++)
            await writer.append(batchOf([event(i, `w${w}`), event(10_000 + i, `w${w}`)]));
        }),
      ).then(() => {
        isWritten = true;
      });
      let commits = 0;
      store.onCommit(() => {
        commits++;
      });
      const seen: number[] = [];
      for (let isLast = false; !isLast; ) {
        isLast = isWritten;
        const news = await store.news(everything, position);
        seen.push(...news.events.map((one) => one.event.id));
        position = news.position;
        isLast &&= news.isAll;
      }
      await writing;
      expect(seen).toHaveLength(900);
      expect(seen).toEqual([...new Set(seen)].sort((one, other) => one - other));
      await until(() => commits > 0, 'the store heard of commits of other servers');
    } finally {
      await store.close();
    }
  },
);

testWithPostgres('older-program-writes: a server stops writing once a newer one has migrated', async () => {
  const database = await postgresSchema();
  const { writers, rows } = await openWriters(1, database);
  const faults: string[] = [];
  const store = await openPostgresStore({
    database,
    readers: 1,
    limits: { maxRejects: 20, maxRejectBytes: 100_000 },
    onFatal: ({ code }) => faults.push(code),
    onThreadDeath: () => {},
  });
  try {
    await store.append(batchOf([event(1)]));
    await rows("UPDATE {s}.meta SET value = value + 1 WHERE key = 'schema'");
    await expect(store.append(batchOf([event(2)]))).rejects.toMatchObject({ code: 'DATABASE_NEWER' });
    await expect(writers[0]?.edit(1, { type: 'x' }, { at: 1, who: null }, null)).rejects.toMatchObject({
      code: 'DATABASE_NEWER',
    });
    expect(faults).toEqual(['DATABASE_NEWER']);
    expect(await rows('SELECT count(*) FROM {s}.events')).toEqual([[1]]);
  } finally {
    await store.close();
  }
});
