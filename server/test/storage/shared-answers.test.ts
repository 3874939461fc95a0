// Shared answers are the answers that the store would give at that moment, for any question at any time.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import fc from 'fast-check';
import type { Counts, Page } from '../../src/answers/answers';
import type { EventStore } from '../../src/answers/event-store';
import { shareAnswers } from '../../src/answers/shared-answers';
import type { PageFormat } from '../../src/formats/registry';
import type { EventQuery } from '../../src/query/event-query';
import { openSqliteStore } from '../../src/storage/sqlite/sqlite-store';
import { batchOf, everything, type NewEvent, newEvent, newMark, query } from './suite/random-events';

const seed = 20_261_128;
const change = { at: 0, who: null };
const sample = <T>(what: fc.Arbitrary<T>, count: number): T[] => fc.sample(what, { numRuns: count, seed });

let store: EventStore;
let shared: EventStore;
/** Number of questions that reached the store through the shared answers. */
let asked: number;
beforeEach(async () => {
  store = await openSqliteStore({
    file: join(temporaryFolder(), 'anthracite.db'),
    readers: 2,
    limits: { maxRejects: 10, maxRejectBytes: 10_000 },
    onFatal: (error) => {
      throw error;
    },
    onThreadDeath: () => {},
  });
  asked = 0;
  shared = shareAnswers(
    new Proxy(store, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        if (!['page', 'spanPage', 'counts', 'countsBetween', 'suspects'].includes(String(name)))
          return method;
        return (...args: unknown[]) => {
          asked++;
          return method(...args);
        };
      },
    }),
  );
});

afterEach(() => store.close());

const told = ({ bytes, count, next }: Page) => ({ text: Buffer.from(bytes).toString(), count, next });
const counted = ({ names, nameOf, slots, counts }: Counts) => ({ names, nameOf, slots, counts });

const question = fc.record({
  given: query,
  length: fc.integer({ min: 0, max: 20_000 }),
  format: fc.constantFrom<PageFormat>('json', 'graphite', 'csv'),
  limit: fc.constantFrom(1, 3, 1_000),
  isGrouped: fc.boolean(),
  by: fc.constantFrom('type', 'host', null),
  isMoving: fc.boolean(),
});

type Asked = typeof question extends fc.Arbitrary<infer T> ? T : never;

/** Asks all questions at an instant, of the shared answers and of the store, and compares. */
async function compareAt(now: number, questions: readonly Asked[]) {
  for (const { given, length, format, limit, isGrouped, by, isMoving } of questions) {
    const fromMs = isMoving ? now - length : given.fromMs;
    const moved: EventQuery = { ...given, fromMs, untilMs: now };
    const grouping = isGrouped ? { key: 'host', windowMs: 1_000 } : null;
    const bounds = [fromMs, 5_000, 10_000, now].sort((a, b) => a - b);
    const answersOf = async (from: EventStore) => [
      told(await from.page(moved, grouping, format, limit, null)),
      told(await from.spanPage(moved, 'timeline', now, limit, null)),
      counted(await from.counts(moved, 1_000, by)),
      counted(await from.countsBetween(moved, bounds, by)),
    ];
    expect(await answersOf(shared)).toEqual(await answersOf(store));
  }
}

test('are the same as unshared answers while time passes and events change', async () => {
  const { ids } = await store.append(batchOf([...sample(newEvent, 40), ...sample(newMark, 40)]));
  const news = sample(newEvent, 90);
  const questions = sample(question, 12);
  let all = 0;
  for (const [turn, length] of sample(fc.integer({ min: 1, max: 400 }), 60).entries()) {
    const now = turn * 400 + length;
    const id = ids[turn % ids.length] ?? 0;
    if (turn % 9 === 2) await shared.append(batchOf([{ ...(news[turn] as NewEvent), time: now }]));
    if (turn % 9 === 4) await shared.edit(id, { description: `edited ${turn}` }, change, null);
    if (turn % 9 === 6) await shared.remove(id, change, null);
    if (turn % 9 === 8) await shared.restore(id, change);
    await compareAt(now, questions);
    all += 4 * questions.length;
  }
  // Otherwise nothing was compared.
  expect(asked).toBeLessThan(all * 0.8);
  expect(asked).toBeGreaterThan(questions.length);
}, 120_000);

test('are made once for all who ask while they are made, and until the next commit', async () => {
  await store.append(batchOf(sample(newEvent, 50)));
  const ask = () => shared.page(everything, null, 'json', 1_000, null);
  const all = await Promise.all(Array.from({ length: 50 }, ask));
  expect(new Set(all.map(({ bytes }) => Buffer.from(bytes).toString())).size).toBe(1);
  await ask();
  expect(asked).toBe(1);
  await shared.append(batchOf([{ time: 1, type: 'new', tags: [], description: 'new' }]));
  expect((await ask()).count).toBe((all[0]?.count ?? 0) + 1);
  expect(asked).toBe(2);
});

test('are not given to those who ask after a commit that came while they were made', async () => {
  await store.append(batchOf(sample(newEvent, 50)));
  for (let turn = 0; turn < 50; turn++) {
    const early = shared.page(everything, null, 'json', 1_000, null);
    const description = `stored in turn ${turn}`;
    const writing = shared.append(batchOf([{ time: turn, type: 'new', tags: [], description }]));
    const meanwhile = shared.page(everything, null, 'json', 1_000, null);
    await writing;
    const later = await shared.page(everything, null, 'json', 1_000, null);
    expect(Buffer.from(later.bytes).toString()).toContain(description);
    await Promise.all([early, meanwhile]);
  }
});

test('are given up when a write fails, because its author does not know whether it was committed', async () => {
  await store.append(batchOf(sample(newEvent, 50)));
  const ask = () => shared.page(everything, null, 'json', 1_000, null);
  await ask();
  await expect(shared.edit(1, { time: Number.NaN }, change, null)).rejects.toThrow();
  await ask();
  expect(asked).toBe(2);
});

test('take limited memory: large ones are not kept, and all are dropped when they are too many', async () => {
  const long = 'x'.repeat(1_000);
  await store.append(
    batchOf(
      Array.from({ length: 1_000 }, (_, i) => ({ time: i, type: 'a', tags: [], description: long + i })),
    ),
  );
  const ask = (limit: number) => shared.page(everything, null, 'json', limit, null);
  await ask(900);
  await ask(900);
  expect(asked).toBe(2);
  // Each has about 210 kB of text, and counts as three times as many.
  for (let limit = 200; limit < 240; limit++) await ask(limit);
  expect(asked).toBe(42);
  await ask(239);
  expect(asked).toBe(42);
  await ask(200);
  expect(asked).toBe(43);
});

test('share suspects, whose query has no range, at any time', async () => {
  const at = (time: number, type: string) => ({ time, type, tags: ['host=a'], description: type });
  const { ids } = await store.append(batchOf([at(1_000, 'deploy_a'), at(2_000, 'incident_sev1_start')]));
  const ask = (now: number) =>
    shared.suspects(
      ids[1] ?? 0,
      { ...everything, types: ['deploy_*'], untilMs: now },
      { windowMs: 60_000, limit: 10 },
    );
  const first = await ask(3_000);
  expect(first?.suspects).toHaveLength(1);
  expect(await ask(4_000)).toEqual(first);
  expect(asked).toBe(1);
  await shared.append(batchOf([at(1_500, 'deploy_b')]));
  expect((await ask(5_000))?.suspects).toHaveLength(2);
});
