// Events whose sender has its answer already: held while the store fails, counted when they are lost.

import { until } from '@anthracite/testing';
import { Intake } from '../src/events/intake';
import { LateIntake } from '../src/events/late-intake';
import type { BatchReceipt, EventBatch, EventStore } from '../src/store/event-store';
import { StoreError } from '../src/store/store-error';

/** A store that takes events only while it is well. */
class MoodyStore {
  isWell = true;
  readonly times: number[] = [];

  async append({ times }: EventBatch): Promise<BatchReceipt> {
    if (!this.isWell) throw new StoreError('DATABASE_FAILED', { cause: 'a bad day' });
    this.times.push(...times);
    return { ids: Float64Array.from(times), fresh: new Uint8Array(times.length).fill(1) };
  }
}

function setUp(maxHeld = 10_000) {
  const store = new MoodyStore();
  const failures: number[] = [];
  const lost: number[] = [];
  const observer = { committed: () => {}, failed: (_door: string, events: number) => failures.push(events) };
  const intake = new Intake(store as unknown as EventStore, observer, () => {});
  const late = new LateIntake(intake, {
    door: 'chef',
    maxHeld,
    pauseMs: 5,
    onLost: (events) => lost.push(events),
  });
  const submit = (time: number): void => late.submit({ time, type: 'chef', tags: [], description: 'x' });
  return { store, late, submit, failures, lost };
}

test('they are stored in their order as soon as the store is well again', async () => {
  const { store, late, submit, failures, lost } = setUp();
  store.isWell = false;
  for (let time = 0; time < 2_500; time++) submit(time);
  await until(() => failures.length > 2, 'it was tried several times');
  expect(store.times).toEqual([]);
  store.isWell = true;
  await until(() => store.times.length === 2_500, 'all are stored');
  expect(store.times).toEqual(Array.from({ length: 2_500 }, (_, time) => time));
  await late.close();
  expect(lost).toEqual([]);
});

test('more than may be held are lost, and counted', async () => {
  const { store, submit, lost, late } = setUp(3);
  store.isWell = false;
  for (let time = 0; time < 5; time++) submit(time);
  expect(lost).toEqual([1, 1]);
  store.isWell = true;
  await until(() => store.times.length === 3, 'the others are stored');
  await late.close();
});

test('at the end what the store does not take is lost, and counted', async () => {
  const { store, submit, lost, late } = setUp();
  store.isWell = false;
  for (let time = 0; time < 5; time++) submit(time);
  await late.close();
  expect(lost).toEqual([5]);
  expect(store.times).toEqual([]);
});
