// The background indexes: they grow in short steps, and no answer shows how far they are.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import type { EventQuery } from '../../src/query/event-query';
import { type FollowedWriter, IndexFollower } from '../../src/storage/sqlite/index-follower';
import { checkFile } from '../../src/storage/sqlite/integrity/check';
import type { FollowingIndex } from '../../src/storage/sqlite/writer';
import { followAll, type Opened, open } from './opened';

const folder = temporaryFolder();
const change = { at: 1, who: null };
let files = 0;
const newFile = (): string => join(folder, `${files++}.db`);
const always = (): boolean => true;
const never = (): boolean => false;
// Several portions of the index of series.
const total = 6_000;

const ofType = (type: string): EventQuery => ({
  fromMs: Number.MIN_SAFE_INTEGER,
  untilMs: Number.MAX_SAFE_INTEGER,
  order: 'ascending',
  types: [type],
});

/** A file with events of forty combinations of type and tags, in no index. */
function filled(file: string): Opened {
  const opened = open(file);
  const numbers = Array.from({ length: total }, (_, i) => i);
  opened.writer.append({
    times: numbers.map((i) => i),
    series: numbers.map((i) => `type${i % 4};n=${i % 10}`),
    descriptions: numbers.map((i) => `event ${i} ${i % 3 === 0 ? 'Straße' : 'Street'}`),
    rejects: [],
  });
  return opened;
}

async function answersOf({ reader, catalog, counter }: Opened): Promise<unknown> {
  return {
    ids: await Promise.all(
      ['type1', 'type2', '*'].map(async (type) => (await reader.ids(ofType(type), 20_000, null)).ids),
    ),
    types: await catalog.types('', 100),
    tags: await catalog.tags('', 100),
    counts: [...(await counter.countBySecond(ofType('type1')))],
    statistics: (await catalog.statistics()).events,
  };
}

const findingsOf = async (file: string): Promise<unknown> => (await checkFile(file)).findings;

test('answers the same at every portion of a block, after changes, and after a new start', async () => {
  const file = newFile();
  const first = filled(file);
  const expected = await answersOf(first);
  let portions = 0;
  for (; first.writer.lag('series') > 0; portions++) {
    first.writer.follow('series', total);
    expect(await answersOf(first)).toEqual(expected);
  }
  expect(portions).toBe(6);
  expect(await findingsOf(file)).toEqual([]);
  first.close();

  for (const stop of [2, 4, 5]) {
    const other = newFile();
    const begun = filled(other);
    for (let i = 0; i < stop; i++) begun.writer.follow('series', total);
    // An event for each place: inserted, collected, and to come.
    for (const id of [2, 3_001, 5_980]) {
      begun.writer.edit(id, { type: 'type3', tags: ['n=0'] }, change, null);
      begun.writer.remove(id + 4, change, null);
      begun.writer.edit(id + 8, { time: 20_000 + id }, change, null);
    }
    const changed = await answersOf(begun);
    if (stop % 2 === 0) followAll(begun.writer, total);
    begun.close();
    const again = open(other);
    expect(await answersOf(again)).toEqual(changed);
    followAll(again.writer, total);
    expect(await answersOf(again)).toEqual(changed);
    again.close();
    expect(await findingsOf(other)).toEqual([]);
  }
});

test('takes the log into the file, without waiting for readers', () => {
  const { writer, db, close } = filled(newFile());
  expect(writer.loggedPages).toBeGreaterThan(0);
  writer.checkpoint();
  expect(writer.loggedPages).toBe(0);
  writer.append({ times: [-1], series: ['a'], descriptions: ['b'], rejects: [] });
  expect(writer.loggedPages).toBeGreaterThan(0);
  expect(db.inTransaction).toBe(false);
  close();
});

test('has the same words for ASCII, which SQLite splits, as for other text', async () => {
  const file = newFile();
  const { writer, db, close } = open(file);
  const descriptions = [
    'Deploy web-01.example\t(v2)',
    'Straße 2',
    'a\0b é',
    'a\0b',
    '\x7f"quoted" x;y\\z',
    '日本 42',
  ];
  writer.append({
    times: descriptions.map((_, i) => i),
    series: descriptions.map((_, i) => (i % 2 === 0 ? 'Type_A;host=web\\;1' : 'ort;name=Köln')),
    descriptions,
    rejects: [],
  });
  followAll(writer, 100);
  expect(db.prepare('SELECT count(*) FROM search').pluck().get()).toBe(descriptions.length);
  const found = (word: string): unknown =>
    db.prepare('SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid').pluck().all(`"${word}"`);
  expect(['deploy', 'web', '01', 'strasse', 'b', 'z', '42', 'koln', 'type'].map(found)).toEqual([
    [1],
    [1, 3, 5],
    [1],
    [],
    [3, 4],
    [5],
    [6],
    [2, 4, 6],
    [1, 3, 5],
  ]);
  close();
  // Compares every word of every event.
  expect(await findingsOf(file)).toEqual([]);
});

test('ends a step of the search index soon after a call arrives, and keeps what it has', () => {
  const { writer, close } = filled(newFile());
  followAll(writer, total);
  writer.append({
    times: Array.from({ length: 4_000 }, (_, i) => i),
    series: Array.from({ length: 4_000 }, () => 'later'),
    descriptions: Array.from({ length: 4_000 }, (_, i) => `later ${i}`),
    rejects: [],
  });
  writer.follow('search', 4_000, always);
  const left = writer.lag('search');
  expect(left).toBeLessThan(4_000);
  expect(left).toBeGreaterThanOrEqual(3_900);
  writer.follow('search', 4_000, never);
  expect(writer.lag('search')).toBe(0);
  close();
});

test('syncs every commit again after a step that was not synced', () => {
  const { writer, db, close } = filled(newFile());
  for (const index of ['series', 'search'] as const) {
    writer.follow(index, 100);
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
  }
  writer.mergeSearch();
  expect(db.pragma('synchronous', { simple: true })).toBe(2);
  close();
});

test('merges the search index in parts until nothing is left', () => {
  const { writer, db, close } = open(newFile());
  const numbers = Array.from({ length: 2_000 }, (_, i) => i);
  writer.append({
    times: numbers,
    series: numbers.map(() => 'a'),
    // Twenty words that no other event has.
    descriptions: numbers.map((i) => Array.from({ length: 20 }, (_, k) => `word${i}x${k}`).join(' ')),
    rejects: [],
  });
  while (writer.lag('search') > 0) writer.follow('search', 50);
  const segments = (): number =>
    db.prepare('SELECT count(DISTINCT segid) FROM search_idx').pluck().get() as number;
  const before = segments();
  let parts = 0;
  while (writer.mergeSearch()) parts++;
  expect(parts).toBeGreaterThan(1);
  expect(segments()).toBeLessThan(before / 4);
  expect(segments()).toBeLessThan(16);
  close();
});

/** A writer whose lags are numbers, and whose steps take a hundred events. */
class CountingWriter implements FollowedWriter {
  readonly lags: Record<FollowingIndex, number> = { series: 0, counts: 0, search: 0 };
  steps: string[] = [];
  lastId = 0;
  merges = 0;
  isFull = false;
  loggedPages = 0;
  isRead = false;
  erasures = 0;

  get isErasing(): boolean {
    return this.erasures > 0;
  }

  erase(): boolean {
    this.steps.push('erase');
    if (this.isRead) return false;
    this.erasures--;
    return true;
  }

  lag(index: FollowingIndex): number {
    return this.lags[index];
  }

  follow(index: FollowingIndex): void {
    if (this.isFull) throw new Error('no room');
    this.steps.push(index);
    this.lags[index] = Math.max(0, this.lags[index] - 100);
  }

  checkpoint(): void {
    this.steps.push('checkpoint');
    if (!this.isRead) this.loggedPages = 0;
  }

  mergeSearch(): boolean {
    this.steps.push('merge');
    return this.merges-- > 0;
  }
}

test('takes the index of series first, and merges in turn with the search index', () => {
  const writer = new CountingWriter();
  const follower = new IndexFollower(writer, never, () => 0);
  Object.assign(writer.lags, { series: 150, search: 250 });
  writer.merges = 2;
  while (follower.pauseMs !== null) follower.step();
  expect(writer.steps).toEqual([
    ...['series', 'series'],
    ...['search', 'merge', 'search', 'merge', 'search', 'merge'],
  ]);
});

test('erases in turn with the indexes, and waits while somebody reads an earlier state', () => {
  const writer = new CountingWriter();
  const follower = new IndexFollower(writer, never, () => 0);
  while (follower.pauseMs !== null) follower.step();
  Object.assign(writer, { steps: [], erasures: 3 });
  Object.assign(writer.lags, { counts: 100, search: 150 });
  while (follower.pauseMs !== null) follower.step();
  expect(writer.steps).toEqual(['counts', 'erase', 'search', 'erase', 'search', 'erase', 'merge']);
  Object.assign(writer, { steps: [], erasures: 1, isRead: true });
  follower.step();
  expect(follower.pauseMs).toBe(100);
  writer.isRead = false;
  follower.step();
  expect([follower.pauseMs, writer.steps]).toEqual([null, ['erase', 'erase']]);
});

test('erases while a few events arrive before every step', () => {
  const writer = new CountingWriter();
  const follower = new IndexFollower(writer, never, () => 0);
  while (follower.pauseMs !== null) follower.step();
  Object.assign(writer, { steps: [], erasures: 3 });
  for (let i = 0; i < 6; i++) {
    writer.lags.series = 5;
    follower.afterCall();
    // It waits for a gap between calls, not for more events.
    expect(follower.pauseMs).toBe(5);
    follower.step();
  }
  expect(writer.steps).toEqual(['series', 'erase', 'series', 'erase', 'series', 'erase']);
});

test('takes a long log into the file before other steps, once for as long as a reader needs it', () => {
  const writer = new CountingWriter();
  const follower = new IndexFollower(writer, never, () => 0);
  writer.lags.search = 250;
  writer.loggedPages = 700;
  follower.step();
  follower.step();
  expect(writer.steps).toEqual(['checkpoint', 'search']);
  Object.assign(writer, { loggedPages: 700, isRead: true, steps: [] });
  for (let i = 0; i < 3; i++) follower.step();
  expect(writer.steps).toEqual(['checkpoint', 'merge', 'search']);
  writer.loggedPages = 1_200;
  follower.step();
  expect(writer.steps.at(-1)).toBe('checkpoint');
});

test('continues at once while many events are missing, and waits for more when few are', () => {
  const writer = new CountingWriter();
  let now = 0;
  const follower = new IndexFollower(writer, never, () => now);
  writer.lags.search = 10_000;
  expect(follower.pauseMs).toBe(0);
  // During a flood it waits for a gap, but not for ever.
  follower.afterCall();
  expect(follower.pauseMs).toBe(5);
  now = 99;
  expect(follower.pauseMs).toBe(1);
  now = 0;
  writer.lags.search = 3;
  expect(follower.pauseMs).toBe(20);
  writer.isFull = true;
  follower.step();
  expect(follower.pauseMs).toBe(1_000);
  writer.isFull = false;
  follower.step();
  expect(writer.steps).toEqual(['search']);
  follower.stop();
  expect(follower.pauseMs).toBeNull();
});

test('holds back large batches while an index lags too far behind, by as much as they brought', () => {
  const writer = new CountingWriter();
  const follower = new IndexFollower(writer, never, () => 0);
  writer.lags.search = 5_000_000;
  // At a start nobody waits for an old lag.
  expect(follower.isOverdue).toBe(false);
  writer.lastId = 400;
  follower.afterCall();
  while (follower.isOverdue) follower.step();
  expect(writer.steps.filter((step) => step === 'search')).toHaveLength(5);
  writer.lags.search = 100;
  writer.lastId = 800;
  follower.afterCall();
  expect(follower.isOverdue).toBe(false);
});
