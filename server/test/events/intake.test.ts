// The intake over a real store: a small sender is not held up by a flood, and nothing is lost or put out of order.

import { join } from 'node:path';
import { atEnd, temporaryFolder } from '@anthracite/testing';
import type { EventStore } from '../../src/answers/event-store';
import type { BatchBuilder } from '../../src/events/batch-builder';
import { Intake } from '../../src/events/intake';
import { openSqliteStore } from '../../src/storage/sqlite/sqlite-store';
import type { Storage } from '../../src/storage/storage';

const folder = temporaryFolder();
let files = 0;

/** An intake, and the descriptions of each group in the order in which they were given to the store. */
async function openIntake() {
  const store: EventStore = await openSqliteStore({
    file: join(folder, `${files++}.db`),
    readers: 1,
    limits: { maxRejects: 10, maxRejectBytes: 10_000 },
    onFatal: () => {},
    onThreadDeath: () => {},
  });
  atEnd(() => store.close());
  const groups: { descriptions: readonly string[]; mayOvertake: boolean }[] = [];
  const recorded: Storage = {
    ...store,
    append: (batch, mayOvertake = false) => {
      groups.push({ descriptions: batch.descriptions, mayOvertake });
      return store.append(batch, mayOvertake);
    },
  };
  const observer = { committed: () => {}, failed: () => {} };
  return { store, groups, intake: new Intake(recorded, observer, () => {}) };
}

const add =
  (name: string, count: number) =>
  (batch: BatchBuilder): void => {
    for (let i = 0; i < count; i++) {
      batch.addEvent({ time: i * 1_000, type: 'test', tags: [name], description: `${name} ${i}` });
    }
  };

test('commits the event of a small sender before the backlog of another', async () => {
  const { groups, intake } = await openIntake();
  const flooder = {};
  const flood = Array.from({ length: 40 }, (_, i) => intake.submit('tcp', add(`flood${i}`, 500), flooder));
  const sentBefore = groups.length;
  const small = await intake.submit('http', add('small', 1));
  const place = groups.findIndex(({ descriptions }) => descriptions.includes('small 0'));
  expect(place).toBe(sentBefore);
  expect(groups[place]).toEqual({ descriptions: ['small 0'], mayOvertake: true });
  const receipts = await Promise.all(flood);
  // Those of the groups that were already with the store may come first.
  const earlier = receipts.filter(({ ids }) => (ids[0] as number) < (small.ids[0] as number));
  expect(earlier.length * 500).toBeLessThanOrEqual(
    groups.slice(0, sentBefore).reduce((sum, { descriptions }) => sum + descriptions.length, 0),
  );
});

test('keeps the order of a sender, and loses nothing', async () => {
  const { store, intake } = await openIntake();
  const senders = Array.from({ length: 5 }, (_, s) => ({
    name: `s${s}`,
    submitted: [] as Promise<number[]>[],
  }));
  for (let turn = 0; turn < 30; turn++) {
    for (const [s, sender] of senders.entries()) {
      // Some send much, some little, and one changes.
      const count = s === 4 ? (turn % 3 === 0 ? 700 : 1) : s % 2 === 0 ? 600 : 2;
      const receipt = intake.submit('tcp', add(`${sender.name}-${turn}`, count), sender);
      sender.submitted.push(receipt.then(({ ids, stored }) => [...ids, ...(stored === count ? [] : [-1])]));
    }
    if (turn % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
  }
  let total = 0;
  for (const { submitted } of senders) {
    const ids = (await Promise.all(submitted)).flat();
    expect(ids).toEqual([...ids].sort((one, another) => one - another));
    total += ids.length;
  }
  expect((await store.statistics()).events).toBe(total);
});
