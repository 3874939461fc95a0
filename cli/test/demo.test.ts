// The demo: the same company each time, with plausible figures, and deleted when it ends.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { checkEvent, type Event, parseMark, type SpanPage, type SuspectPage } from '@anthracite/protocol';
import { until } from '@anthracite/testing';
import { createHistory } from '../src/demo/history';
import { LiveFeed } from '../src/demo/live';
import { describeInvocation } from '../src/environment';
import { begin, run } from './program';

const untilMs = Date.UTC(2026, 10, 25, 16);
const dayMs = 86_400_000;
const quarter = { fromMs: untilMs - 92 * dayMs, untilMs };
/** True for an event that is refused or changed when it is stored. Checks all at once, because `expect` is slow. */
const isAltered = (event: Event): boolean =>
  JSON.stringify(checkEvent(event)) !== JSON.stringify({ ok: true, value: event });
const typesOf = (events: readonly Event[]): Set<string> => new Set(events.map(({ type }) => type));

describe('the history', () => {
  const history = createHistory(1, quarter);

  test('is the same for the same seed and instant, and different for another seed', () => {
    const text = JSON.stringify(history);
    expect(JSON.stringify(createHistory(1, quarter)) === text).toBe(true);
    expect(JSON.stringify(createHistory(2, quarter)) === text).toBe(false);
  });

  test('has only valid events, each once, in order, within its range', () => {
    expect(history.filter(isAltered)).toEqual([]);
    const times = history.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(times[0]).toBeGreaterThanOrEqual(quarter.fromMs);
    expect(times.at(-1)).toBeLessThanOrEqual(untilMs);
    expect(new Set(history.map((event) => JSON.stringify(event))).size).toBe(history.length);
  });

  test.each([1, 2, 3, 4, 5])('of seed %d has some of everything, and about 17,000 events', (seed) => {
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

  test('has less activity at night and at weekends', () => {
    const at = (test: (date: Date) => boolean): number =>
      history.filter(({ type, time }) => type.startsWith('deploy_shop') && test(new Date(time))).length;
    expect(at((date) => date.getUTCHours() < 6)).toBeLessThan(at((date) => date.getUTCHours() >= 14) / 10);
    expect(at((date) => date.getUTCDay() % 6 === 0)).toBeLessThan(at((date) => date.getUTCDay() === 3));
  });
});

test('sends live events when they are due, the same for the same seed, with incidents that end', () => {
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

test('serves plausible figures and an open incident with its cause, continues live, and deletes everything', async () => {
  const demo = begin(['demo', '--http', '127.0.0.1:0', '--tcp', '127.0.0.1:0', '--seed', '3']);
  await until(() => demo.stdout().includes(' report --server '), 'the demo is ready', 60);
  const [, url = '', database = ''] =
    /HTTP on (\S+), lines on \S+, events in (\S+)/.exec(demo.stdout())?.map((part) => part) ?? [];
  const get = async (path: string): Promise<unknown> => (await fetch(`http://${url}${path}`)).json();
  expect(existsSync(database)).toBe(true);

  const report = (await get('/report?from=-92d')) as {
    incidents: { count: number; open: number; uptime: number; weightedUptime: number };
    gains: { count: number };
    delivery: { deployments: number; changeFailRate: number; changeLeadTime: { count: number } };
  };
  expect(report.incidents.count).toBeGreaterThan(20);
  expect(report.incidents.count).toBeLessThan(120);
  expect(report.incidents.open).toBe(1);
  expect(report.incidents.uptime).toBeGreaterThan(0.95);
  expect(report.incidents.weightedUptime).toBeGreaterThan(0.99);
  expect(report.gains.count).toBeGreaterThan(2);
  expect(report.delivery.deployments).toBeGreaterThan(300);
  expect(report.delivery.changeFailRate).toBeGreaterThan(0.01);
  expect(report.delivery.changeFailRate).toBeLessThan(0.2);
  expect(report.delivery.changeLeadTime.count).toBeGreaterThan(300);

  const { spans } = (await get('/spans?from=-1h&type=incident_*&order=descending')) as SpanPage;
  const open = spans.filter(({ isOpen }) => isOpen);
  expect(open).toHaveLength(1);
  const { suspects } = (await get(`/spans/${open[0]?.id}/suspects`)) as SuspectPage;
  expect(suspects[0]).toMatchObject({ type: 'deploy_shop' });

  // Runs the printed command unchanged in a shell, also when more than one incident is open.
  const printed = /^ {2}(node \S+ suspects \S+ --server \S+)$/m.exec(demo.stdout())?.[1] ?? '';
  expect(printed).toContain(` suspects ${open[0]?.key} `);
  expect(await run(['start', 'incident', 'another one', '--server', `http://${url}`])).toMatchObject({
    exitCode: 0,
  });
  expect(spawnSync('sh', ['-c', printed], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(' deploy_shop '),
  });

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
])('refuses %s %s as wrong usage', async (...args) => {
  expect(await run(['demo', ...args])).toMatchObject({ exitCode: 2, stdout: '' });
});

test.each([
  ['/usr/local/bin/anthracite', '/home/ann', '/usr/bin:/usr/local/bin', 'anthracite'],
  ['/opt/tool/anthracite', '/home/ann', '/usr/bin', 'node /opt/tool/anthracite'],
  ['/src/cli/dist/src/main.js', '/src', '/usr/bin', 'node cli/dist/src/main.js'],
  ['/my src/cli/dist/src/main.js', '/', '/usr/bin', "node 'my src/cli/dist/src/main.js'"],
])('can repeat %s run in %s from there', (script, from, path, invocation) => {
  expect(describeInvocation(script, from, path)).toBe(invocation);
});
