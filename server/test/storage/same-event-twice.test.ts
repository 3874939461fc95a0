import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import type { EventBatch } from '../../src/storage/event-batch';
import { contentHash } from '../../src/storage/sqlite/content-hash';
import { type Opened, open as openFile } from './opened';

const folder = temporaryFolder();
let files = 0;

function open(): Opened & { seed: number } {
  const opened = openFile(join(folder, `${files++}.db`));
  const seed = opened.db.prepare("SELECT value FROM meta WHERE key = 'hash_seed'").pluck().get() as number;
  return { ...opened, seed };
}

function batchOf(
  events: readonly (readonly [time: number, series: string, description: string])[],
): EventBatch {
  return {
    times: events.map(([time]) => time),
    series: events.map(([, series]) => series),
    descriptions: events.map(([, , description]) => description),
    rejects: [],
  };
}

test('returns the first id for an event that is stored again, in one batch or a later one', () => {
  const { writer } = open();
  const first = writer.append(
    batchOf([
      [1, 'a;b', 'x'],
      [1, 'a;b', 'x'],
      [1, 'a', 'x'],
      [2, 'a;b', 'x'],
      [1, 'a;b', 'y'],
    ]),
  );
  expect([...first.fresh]).toEqual([1, 0, 1, 1, 1]);
  expect(first.ids[1]).toBe(first.ids[0]);
  const second = writer.append(
    batchOf([
      [1, 'a;b', 'y'],
      [1, 'a;b', 'x'],
      [3, 'a', 'x'],
    ]),
  );
  expect([...second.fresh]).toEqual([0, 0, 1]);
  expect([second.ids[0], second.ids[1]]).toEqual([first.ids[4], first.ids[0]]);
});

test('keeps the order and the ids of a batch with mostly duplicates', () => {
  const { writer } = open();
  const events = Array.from({ length: 500 }, (_, i) => [i, 'a', `event ${i}`] as const);
  const first = writer.append(batchOf(events.filter((_, i) => i % 3 !== 0)));
  const second = writer.append(batchOf(events));
  expect([...second.fresh]).toEqual(events.map((_, i) => (i % 3 === 0 ? 1 : 0)));
  expect([...second.ids].filter((_, i) => i % 3 !== 0)).toEqual([...first.ids]);
  expect(new Set(second.ids).size).toBe(500);
});

test('stores two different events with an equal hash', async () => {
  const { writer, reader, seed } = open();
  // By the birthday paradox, a hundred thousand texts contain a pair with equal hashes.
  const seen = new Map<number, string>();
  const pairs: [string, string][] = [];
  for (let i = 0; i < 400_000 && pairs.length < 3; i++) {
    const text = `text ${i}`;
    const hash = contentHash(text, seed);
    const other = seen.get(hash);
    if (other !== undefined) pairs.push([other, text]);
    seen.set(hash, text);
  }
  expect(pairs.length).toBe(3);
  for (const [a, b] of pairs) {
    const first = writer.append(
      batchOf([
        [1, 'a', a],
        [1, 'a', b],
        [1, 'a', a],
        [1, 'a', b],
      ]),
    );
    expect([...first.fresh]).toEqual([1, 1, 0, 0]);
    const again = writer.append(
      batchOf([
        [1, 'a', b],
        [1, 'a', a],
      ]),
    );
    expect([...again.fresh]).toEqual([0, 0]);
    expect([...again.ids]).toEqual([first.ids[1], first.ids[0]]);
    expect((await reader.event(first.ids[0] ?? 0))?.description).toBe(a);
    expect((await reader.event(first.ids[1] ?? 0))?.description).toBe(b);
  }
});
