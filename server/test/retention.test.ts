// Events that are too old are removed: only those, without a trace, while lines come in, and whatever the clock does.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseLine } from '@anthracite/protocol';
import { until, usesPostgres, withSqlite } from '@anthracite/testing';
import { checkFile } from '../src';
import type { EventQuery } from '../src/query/event-query';
import { createQueryTest } from '../src/query/query-test';
import { parseRetentionRule, type RetentionRule } from '../src/retention-rule';
import { RetentionClock, tooOld } from '../src/storage/retention';
import { connect } from '../src/storage/sqlite/sqlite-binding';
import { start, type TestServer } from './start';

const isLong = process.env['ANTHRACITE_TEST_FAULTS'] === 'long';
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const rulesOf = (text: string): RetentionRule[] =>
  text.split(',').map((item) => parseRetentionRule(item) as RetentionRule);

test('reads rules, and refuses those that are malformed', () => {
  expect(rulesOf('puppet=1y,a=b=30d,*=off,y=1h')).toEqual([
    { pattern: 'puppet', age: '1y', ageMs: 365 * dayMs },
    { pattern: 'a=b', age: '30d', ageMs: 30 * dayMs },
    { pattern: '*', age: 'off', ageMs: null },
    { pattern: 'y', age: '1h', ageMs: hourMs },
  ]);
  for (const text of [
    'puppet',
    '=1y',
    'puppet=',
    'puppet=1',
    'puppet=-1y',
    '!puppet=1y',
    'p=1min',
    'p=0d',
    'p=0',
    'p=1x',
  ])
    expect([text, parseRetentionRule(text)]).toEqual([text, null]);
});

test('lets the first rule decide whose pattern matches the type', () => {
  const now = 10 * dayMs;
  const queries = tooOld(rulesOf('deploy_*=off,puppet=2d,p*=4d,*=6d'), now);
  const isTooOld = (type: string, age: number): boolean =>
    queries.some((query) =>
      createQueryTest(query)({ time: now - age * dayMs, type, tags: [], description: '' }),
    );
  expect([isTooOld('deploy_x', 9), isTooOld('puppet', 3), isTooOld('puppet', 1)]).toEqual([
    false,
    true,
    false,
  ]);
  expect([isTooOld('ping', 3), isTooOld('ping', 5), isTooOld('chef', 5), isTooOld('chef', 7)]).toEqual([
    ...[false, true, false, true],
  ]);
});

describe('the clock', () => {
  const begin = 1_000 * dayMs;
  let up = 0;
  const open = (clockMs: number | null, newestMs: number | null): RetentionClock => {
    up = 0;
    return new RetentionClock({ clockMs, newestMs, lastRun: null, isErased: true }, () => up);
  };

  test('follows the time of the system, also after a long standstill', () => {
    const clock = open(begin, begin);
    up = 2 * hourMs;
    expect(clock.now(begin + 2 * hourMs)).toBe(begin + 2 * hourMs);
    // The server stood still for 100 days: a week is believed at once, the rest within as many days as are missing.
    const later = open(begin, begin);
    const restart = begin + 100 * dayMs;
    expect(later.now(restart)).toBe(begin + 7 * dayMs);
    up = 93 * dayMs;
    expect(later.now(restart + up)).toBe(restart + up);
  });

  test('goes at most twice as fast as time passes when the system jumps ahead, and is right again when it comes back', () => {
    const clock = open(begin, begin);
    clock.now(begin);
    up = hourMs;
    const jumped = clock.now(begin + 3_650 * dayMs);
    expect(jumped).toBeLessThanOrEqual(begin + 7 * dayMs + 2 * hourMs);
    up = 2 * hourMs;
    expect(clock.now(begin + up)).toBe(begin + up);
  });

  test('is held up neither by a jump back nor by a start with a clock that is behind', () => {
    const clock = open(begin, begin);
    expect(clock.now(0)).toBe(0);
    up = hourMs;
    expect(clock.now(begin + hourMs)).toBe(begin + hourMs);
    expect(open(begin, null).now(5)).toBe(5);
  });

  test('begins with the newest events', () => {
    expect(open(null, begin).now(begin + 3_650 * dayMs)).toBe(begin + 7 * dayMs);
    expect(open(null, null).now(begin)).toBe(begin);
    // An outage of ten days, after which events came.
    expect(open(begin, begin + 10 * dayMs).now(begin + 11 * dayMs)).toBe(begin + 11 * dayMs);
  });
});

const now = Date.UTC(2026, 10, 28);
const lineOf = (ageMs: number, type: string, description: string): string =>
  `${(now - ageMs) / 1_000} ${type} ${description}\n`;

async function descriptions(server: TestServer, query = ''): Promise<string[]> {
  const text = await (await server.fetch(`/events/raw?from=0&limit=all${query}`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const parsed = parseLine(line);
      return parsed.ok ? parsed.value.description : line;
    });
}

const indexed = (server: TestServer): Promise<void> =>
  until(async () => {
    const { seriesLag, countsLag, searchLag } = await server.app.store.statistics();
    return seriesLag + countsLag + searchLag === 0;
  }, 'the indexes have all events');

const erased = (server: TestServer, seconds = 60): Promise<void> =>
  until(
    () => server.app.store.retention.state(now).then(({ isErased }) => isErased),
    'nothing is left',
    seconds,
  );

test('removes what is too old, with deleted events, history, keys and names, and reports it in one line', async () => {
  const server = await start({ retention: 'puppet=1d, deploy=off, *=3d' }, () => now, {}, undefined, {
    retentionDelayMs: 3_600_000,
  });
  await server.send(
    [
      lineOf(0, 'puppet;host=a', 'new'),
      lineOf(2 * dayMs, 'puppet;host=a', 'old'),
      lineOf(2 * dayMs, 'puppet;host=b', 'old, and its host is gone'),
      lineOf(2 * dayMs, 'chef', 'not yet'),
      lineOf(4 * dayMs, 'chef', 'edited'),
      lineOf(900 * dayMs, 'deploy', 'for ever'),
      lineOf(5 * dayMs, 'backup_start;span=k', 'begins'),
      lineOf(5 * dayMs, 'chef', 'deleted'),
    ].join(''),
  );
  const body = { time: now - 5 * dayMs, type: 'chef', description: 'with a key', tags: [], key: 'run' };
  const post = async (): Promise<{ id: number }> =>
    (await server.json('/events', { method: 'POST', body: JSON.stringify(body) })) as { id: number };
  const { id: keyed } = await post();
  await server.fetch('/events/5', { method: 'PATCH', body: JSON.stringify({ description: 'edited twice' }) });
  await server.fetch('/events/8', { method: 'DELETE' });
  await indexed(server);
  const wanted = {
    rules: [
      { types: 'puppet', age: '1d', tooOld: 2, byType: [{ type: 'puppet', count: 2 }] },
      { types: 'deploy', age: 'off', tooOld: 0, oldest: null, byType: [] },
      {
        ...{ types: '*', age: '3d', tooOld: 3, oldest: '2026-11-23T00:00:00Z' },
        byType: [
          { type: 'chef', count: 2 },
          { type: 'backup_start', count: 1 },
        ],
      },
    ],
    lastRun: null,
  };
  expect(await server.json('/retention')).toMatchObject(wanted);
  expect(await server.json('/retention?rules=deploy=1y')).toMatchObject({
    rules: [{ types: 'deploy', tooOld: 1, oldest: '2024-06-11T00:00:00Z' }],
  });
  for (const rules of ['deploy=soon', 'a=1y,'.repeat(51)])
    expect((await server.fetch(`/retention?rules=${rules}`)).status).toBe(400);
  expect(await descriptions(server)).toHaveLength(8);
  expect((await server.app.retention.run()).count).toBe(6);
  expect(await descriptions(server)).toEqual(['for ever', 'not yet', 'new']);
  // PostgreSQL decides when it overwrites bytes.
  if (!usesPostgres) await erased(server);
  for (const id of [2, 5, 8]) expect((await server.fetch(`/events/${id}/history`)).status).toBe(404);
  const { tags } = (await server.json('/tags')) as { tags: { tag: string }[] };
  expect(tags.map(({ tag }) => tag)).toEqual(['host=a']);
  expect(await (await server.fetch('/tags/autoComplete/tags?tagPrefix=span')).json()).toEqual([]);
  expect(((await server.json('/spans?from=0')) as { spans: unknown[] }).spans).toEqual([]);
  const { id: next } = await post();
  expect(next).toBeGreaterThan(keyed);
  expect(await server.json('/retention')).toMatchObject({
    lastRun: {
      ...{ at: '2026-11-28T00:00:00Z', removed: 6 },
      ...{ first: '2026-11-23T00:00:00Z', last: '2026-11-26T00:00:00Z' },
    },
  });
  expect(await (await server.fetch('/metrics')).text()).toContain(
    'anthracite_events_removed_total{reason="retention"} 6\n',
  );
  // Nothing is left to do.
  expect((await server.app.retention.run()).count).toBe(1);
  expect((await server.app.retention.run()).count).toBe(0);
});

test('removes nothing because of a clock that is years ahead, at a start or later', async () => {
  let clock = now;
  const settings = { retention: '*=30d' };
  const first = await start(settings, () => clock, {}, undefined, { retentionDelayMs: 3_600_000 });
  await first.send(lineOf(0, 'puppet', 'now') + lineOf(20 * dayMs, 'puppet', 'twenty days'));
  await first.send(lineOf(31 * dayMs, 'puppet', 'too old') + lineOf(hourMs, 'puppet', 'an hour'));
  // More than half of the events are new: these decide where the clock begins.
  await first.send(lineOf(1_000, 'puppet', 'a second'));
  expect((await first.app.retention.run()).count).toBe(1);
  clock = now + 3_650 * dayMs;
  expect((await first.app.retention.run()).count).toBe(0);
  await first.stop();
  const { database } = first;
  const second = await start({ ...settings, database }, () => clock, {}, undefined, {
    retentionDelayMs: 3_600_000,
  });
  expect((await second.app.retention.run()).count).toBe(0);
  expect(await descriptions(second)).toHaveLength(4);
  await second.stop();
});

withSqlite('the log of the file')(
  'waits while somebody who reads an earlier state makes the log grow',
  async () => {
    const server = await start({}, () => now);
    const text = 'x'.repeat(2_000);
    const lines = Array.from({ length: 10_000 }, (_, i) => lineOf(2 * dayMs + i, `type${i}`, `${i} ${text}`));
    await server.send(lines.join(''));
    await indexed(server);
    const { ids: find, retention } = server.app.store;
    const [query] = tooOld(rulesOf('*=1d'), now);
    const ids = Float64Array.from((await find(query as EventQuery, 10_000, null)).ids);
    const file = join(server.folder, 'anthracite.db');
    const reader = connect(file, { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM events').get();
    let done = 0;
    for (let step = -1; step !== 0 && done < ids.length; done += step)
      step = (await retention.prune(query as EventQuery, ids.slice(done))).done;
    expect(done).toBeLessThan(ids.length);
    expect(statSync(`${file}-wal`).size).toBeLessThan(64 * 1_048_576);
    expect(await retention.pruneDeleted(query as EventQuery, 0)).toMatchObject({ next: 0 });
    reader.exec('COMMIT');
    reader.close();
    expect((await retention.prune(query as EventQuery, ids.slice(done))).done).toBeGreaterThan(0);
    await server.stop();
  },
);

test('is done by the server itself', async () => {
  const first = await start({}, () => now);
  await first.send(lineOf(0, 'puppet', 'new') + lineOf(2 * dayMs, 'puppet', 'old'));
  await first.stop();
  const { database } = first;
  const second = await start({ retention: '*=1d', database }, () => now, {}, undefined, {
    retentionDelayMs: 1,
  });
  await until(async () => (await descriptions(second)).length === 1, 'the old event is removed');
  expect(await descriptions(second)).toEqual(['new']);
  await second.stop();
});

withSqlite('the size of the file')(
  'shrinks the file by most of it while lines come in, and removes nothing else',
  async () => {
    const events = isLong ? 1_000_000 : 30_000;
    const tenth = events / 10;
    const server = await start({ retention: 'puppet=30d' }, () => now, {}, undefined, {
      retentionDelayMs: 3_600_000,
    });
    // Nine of ten are 40 to 49 days old; the others are new, or of a type that is kept.
    const textOf = (i: number): string => `run ${i} changed /etc/file${i % 977} in ${(i * 31) % 5_000} ms`;
    const isKept = (i: number): boolean => i % 10 === 0;
    for (let i = 0; i < events; i += 5_000) {
      let lines = '';
      for (let k = i; k < i + 5_000; k++) {
        const type = isKept(k) && k % 20 === 0 ? 'deploy' : 'puppet';
        const ageMs =
          isKept(k) && type === 'puppet' ? k : 40 * dayMs + (k % (9 * 86_400)) * 1_000 - (k % 1_000);
        lines += lineOf(ageMs, `${type};host=h${k % 500}`, textOf(k));
      }
      expect(await server.send(lines)).toBe('ok stored=5000 duplicate=0 rejected=0\n');
    }
    await indexed(server);
    await until(() => server.app.store.retention.state(now).then(({ isErased }) => isErased), 'it is tidy');
    const before = server.app.store.bytes();
    const rest = await latencies(server, 'rest', () => Promise.resolve());
    let done = false;
    const busy = await latencies(server, 'busy', async () => {
      expect((await server.app.retention.run()).count).toBe(events - tenth);
      await erased(server, 600);
      done = true;
    });
    expect(done).toBe(true);
    // Without the place of the lines that came in.
    const after = server.app.store.bytes() - (rest.length + busy.length) * (before / events);
    if (isLong) {
      const p99 = (of: readonly number[]): number =>
        [...of].sort((one, other) => one - other)[Math.floor(of.length * 0.99)] ?? 0;
      process.stdout.write(
        `${events} events, ${before} bytes before, ${Math.round(after)} after, without ${rest.length + busy.length} new lines; acknowledged in ${p99(rest).toFixed(1)} ms at rest, ${p99(busy).toFixed(1)} ms meanwhile\n`,
      );
      expect(p99(busy)).toBeLessThan(3 * p99(rest) + 5);
    }
    expect(after).toBeLessThan(0.2 * before);
    const kept = Array.from({ length: tenth }, (_, i) => textOf(10 * i));
    const left = await descriptions(server, '&type=!line');
    expect(left.sort()).toEqual(kept.sort());
    expect(await descriptions(server, '&type=line')).toHaveLength(rest.length + busy.length);
    expect(await descriptions(server, '&q=run%200')).toContain(textOf(0));
    await server.stop();
    expect(await checkFile(join(server.folder, 'anthracite.db'))).toMatchObject({
      status: 'sound',
      events: tenth + rest.length + busy.length,
    });
  },
  1_200_000,
);

let lineNumber = 0;

/** Sends lines one at a time during some work, and returns how long each took. */
async function latencies(server: TestServer, word: string, work: () => Promise<void>): Promise<number[]> {
  const taken: number[] = [];
  let isOver = false;
  const working = work().finally(() => {
    isOver = true;
  });
  const minimum = isLong ? 2_000 : 50;
  while (!isOver || taken.length < minimum) {
    const started = performance.now();
    const { status } = await server.fetch('/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ time: now, type: 'line', tags: [], description: `${word} ${lineNumber++}` }),
    });
    expect(status).toBe(201);
    taken.push(performance.now() - started);
  }
  await working;
  return taken;
}
