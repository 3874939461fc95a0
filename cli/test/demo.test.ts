// The demo: the same company each time, believable in numbers, and gone when it ends.

import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkEvent, type Event, parseMark, type SpanPage, type SuspectPage } from '@anthracite/protocol';
import { until } from '@anthracite/testing';
import { createHistory } from '../src/demo/history';
import { LiveFeed } from '../src/demo/live';
import { begin, run } from './program';

const untilMs = Date.UTC(2026, 10, 25, 16);
const dayMs = 86_400_000;
const quarter = { fromMs: untilMs - 92 * dayMs, untilMs };
/** True for an event that is refused, or stored otherwise than it is. Asked of all at once: `expect` takes its time. */
const isAltered = (event: Event): boolean =>
  JSON.stringify(checkEvent(event)) !== JSON.stringify({ ok: true, value: event });
const typesOf = (events: readonly Event[]): Set<string> => new Set(events.map(({ type }) => type));

describe('the history', () => {
  const history = createHistory(1, quarter);

  test('is the same for the same seed and instant, and another for another seed', () => {
    const text = JSON.stringify(history);
    expect(JSON.stringify(createHistory(1, quarter)) === text).toBe(true);
    expect(JSON.stringify(createHistory(2, quarter)) === text).toBe(false);
  });

  test('has nothing but good events, each once, in order, within its range', () => {
    expect(history.filter(isAltered)).toEqual([]);
    const times = history.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times[0]).toBeGreaterThanOrEqual(quarter.fromMs);
    expect(times.at(-1)).toBeLessThanOrEqual(untilMs);
    expect(new Set(history.map((event) => JSON.stringify(event))).size).toBe(history.length);
  });

  test.each([1, 2, 3, 4, 5])('of seed %d has some of everything, and about 17 000 events', (seed) => {
    const events = createHistory(seed, quarter);
    expect(events.length).toBeGreaterThan(14_000);
    expect(events.length).toBeLessThan(21_000);
    const types = [...typesOf(events)];
    for (const form of [
      /^deploy_/,
      /^puppet$/,
      /^puppet_failed$/,
      /^chef$/,
      /^manual_/,
      /^flag_/,
      /^press$/,
    ]) {
      expect(types.some((type) => form.test(type))).toBe(true);
    }
    for (const form of [/^incident_sev[1-4]_\S+_resolved$/, /^gain_sev/, /^backup_end$/, /^autoscale$/]) {
      expect(types.some((type) => form.test(type))).toBe(true);
    }
  });

  test('rests at night and at weekends', () => {
    const at = (test: (date: Date) => boolean): number =>
      history.filter(({ type, time }) => type.startsWith('deploy_shop') && test(new Date(time))).length;
    expect(at((date) => date.getUTCHours() < 6)).toBeLessThan(at((date) => date.getUTCHours() >= 14) / 10);
    expect(at((date) => date.getUTCDay() % 6 === 0)).toBeLessThan(at((date) => date.getUTCDay() === 3));
  });
});

test('what comes live is due when it comes, the same for the same seed, and has incidents that end', () => {
  const hear = (seed: number): Event[] => {
    const feed = new LiveFeed(seed);
    const heard: Event[] = [];
    for (let now = untilMs; now < untilMs + dayMs / 2; now += 3_000) {
      const events = feed.next(now);
      expect(events.filter(({ time }) => time > now || now - time >= 3_000)).toEqual([]);
      heard.push(...events);
    }
    return heard;
  };
  const heard = hear(7);
  expect(JSON.stringify(hear(7)) === JSON.stringify(heard)).toBe(true);
  expect(heard.filter(isAltered)).toEqual([]);
  const roles = heard.flatMap(({ type, tags }) => parseMark(type, tags)?.role ?? []);
  const count = (role: string): number => roles.filter((one) => one === role).length;
  expect(count('start')).toBeGreaterThan(5);
  expect(Math.abs(count('start') - count('end'))).toBeLessThan(3);
});

test('it serves, has sane figures and an open incident with its cause, goes on, and leaves nothing behind', async () => {
  const demo = begin(['demo', '--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0', '--seed', '3']);
  await until(() => demo.stdout().includes('anthracite report'), 'the demo is ready', 60);
  const [, url = '', database = ''] =
    /HTTP on (\S+), lines on \S+, events in (\S+)/.exec(demo.stdout())?.map((part) => part) ?? [];
  const get = async (path: string): Promise<unknown> => (await fetch(`http://${url}${path}`)).json();
  expect(existsSync(database)).toBe(true);

  const report = (await get('/report?from=-92d')) as {
    incidents: { count: number; open: number; uptime: number; weightedUptime: number };
    gains: { count: number };
    delivery: { deployments: number; changeFailureRate: number; leadTime: { count: number } };
  };
  expect(report.incidents.count).toBeGreaterThan(20);
  expect(report.incidents.count).toBeLessThan(120);
  expect(report.incidents.open).toBe(1);
  expect(report.incidents.uptime).toBeGreaterThan(0.95);
  expect(report.incidents.weightedUptime).toBeGreaterThan(0.99);
  expect(report.gains.count).toBeGreaterThan(2);
  expect(report.delivery.deployments).toBeGreaterThan(300);
  expect(report.delivery.changeFailureRate).toBeGreaterThan(0.01);
  expect(report.delivery.changeFailureRate).toBeLessThan(0.2);
  expect(report.delivery.leadTime.count).toBeGreaterThan(300);

  const { spans } = (await get('/spans?from=-1h&type=incident_*&order=descending')) as SpanPage;
  const open = spans.filter(({ isOpen }) => isOpen);
  expect(open).toHaveLength(1);
  const { suspects } = (await get(`/spans/${open[0]?.id}/suspects`)) as SuspectPage;
  expect(suspects[0]).toMatchObject({ type: 'deploy_shop' });

  const newest = async (): Promise<number> =>
    ((await get('/events/json?order=descending&limit=1')) as { events: { id: number }[] }).events[0]?.id ?? 0;
  const before = await newest();
  await until(async () => (await newest()) !== before, 'something new happens', 60);

  demo.kill('SIGTERM');
  const ended = await demo.ended;
  expect({ exitCode: ended.exitCode, stderr: ended.stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(existsSync(dirname(database))).toBe(false);
}, 600_000);

test.each([
  ['--seed', 'x'],
  ['--days', '0'],
  ['--days', '367'],
  ['--http', 'nowhere'],
])('%s %s is wrong usage', async (...args) => {
  expect(await run(['demo', ...args])).toMatchObject({ exitCode: 2, stdout: '' });
});
