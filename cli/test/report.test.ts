// anthracite report: the quarter that docs/report.md works out by hand comes to exactly its numbers, for people and for programs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spellDuration } from '@anthracite/protocol';
import { command, startServer } from './in-process';

const doc = readFileSync(join(__dirname, '../../../docs/report.md'), 'utf8');
const lines = [...doc.matchAll(/^ {4}(2026-\S+Z) (.+)$/gm)].map(
  ([, time = '', rest = '']) => `${Date.parse(time) / 1000} ${rest}\n`,
);
/** Path -> figure, as the table has it. */
const figures = [
  ...doc.matchAll(/^\| `((?:incidents|gains|delivery|by\w+)\.[\w.]+)` +\|.*\| (\S.*?) *\|$/gm),
].map(([, path = '', value = '']) => [path, value] as const);
const quarter = ['--from', '2026-01-01', '--until', '2026-04-01', '--utc'];
let url: string;

beforeAll(async () => {
  url = await startServer({}, () => Date.UTC(2026, 3, 15));
  expect((await command(url, ['import', '-'], lines.join(''))).exitCode).toBe(0);
});

async function report(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await command(url, ['report', ...args]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.toString();
}

/** A cell of what is shown: by the head of its table, the name of its row, and the head of its column. */
function cellOf(shown: string, [table, row, column]: readonly [string, string, string]): string {
  const cells = (line: string): string[] => line.split(/ {2,}/);
  const [head = [], ...rows] = (shown.split('\n\n').find((one) => one.startsWith(table)) ?? '')
    .trimEnd()
    .split('\n')
    .map(cells);
  return rows.find(([name]) => name === row)?.[head.indexOf(column)] ?? `no ${row} in ${table}`;
}

const columns: Readonly<Record<string, readonly [string, string]>> = {
  'incidents.count': ['INCIDENTS', 'count'],
  'incidents.open': ['INCIDENTS', 'open'],
  'incidents.uptime': ['INCIDENTS', 'uptime'],
  'incidents.weightedUptime': ['INCIDENTS', 'weighted'],
  'incidents.downMs': ['INCIDENTS', 'down'],
  'incidents.weightedDownMs': ['INCIDENTS', 'weighted down'],
  'gains.count': ['GAINS', 'count'],
  'gains.share': ['GAINS', 'share'],
  'gains.gainMs': ['GAINS', 'time'],
  'gains.weightedGainMs': ['GAINS', 'weighted time'],
  'delivery.deployments': ['DELIVERY', 'deployments'],
  'delivery.deploymentsPerDay': ['DELIVERY', 'a day'],
  'delivery.failed': ['DELIVERY', 'failed'],
  'delivery.changeFailureRate': ['DELIVERY', 'failure rate'],
};
const times: Readonly<Record<string, string>> = {
  'incidents.timeToDetect': 'to detect',
  'incidents.timeToResolve': 'to resolve',
  'incidents.timeToRestore': 'from detection to end',
  'incidents.timeBetweenFailures': 'between failures',
  'delivery.timeToRestore': 'to restore a deployment',
  'delivery.leadTime': 'from commit to deployment',
};

/** Where a figure stands. */
function placeOf(path: string): readonly [string, string, string] {
  const [, group, summary] = /^(.*)\.(count|meanMs|medianMs|p90Ms)$/.exec(path) ?? [];
  const time = times[group ?? ''];
  if (time !== undefined) return ['TIMES', time, (summary ?? '').replace('Ms', '')];
  const [, kind = '', name = '', figure = ''] = /^by(\w+)\.(\w+)\.(.+)$/.exec(path) ?? [];
  const [table, column] = columns[kind === 'Period' ? figure : `incidents.${figure}`] ??
    columns[path] ?? ['', ''];
  const month = ['2026-01', '2026-02', '2026-03'][Number(name)] ?? '';
  return [table, kind === '' ? 'all' : kind === 'Period' ? month : `${kind.toLowerCase()} ${name}`, column];
}

/** A figure of the documentation, as it is shown to people: minutes are split into days, hours and minutes. */
function spelt(value: string): string {
  const [, minutes] = /^([\d.]+) min$/.exec(value) ?? [];
  return minutes === undefined ? value : spellDuration(Math.round(Number(minutes) * 60) * 1000);
}

test('the example is read whole, and every figure of it has its place', () => {
  expect(lines).toHaveLength(25);
  expect(figures.length).toBeGreaterThan(40);
  expect(figures.filter(([path]) => placeOf(path)[0] === '')).toEqual([]);
});

test('the quarter that is worked out by hand, in tables', async () => {
  const shown = await report(...quarter);
  expect(shown).toMatch(/^from 2026-01-01T00:00:00Z until 2026-04-01T00:00:00Z: 90 d\n/);
  expect(figures.map(([path]) => [path, cellOf(shown, placeOf(path))])).toEqual(
    figures.map(([path, value]) => [path, spelt(value)]),
  );
  expect(cellOf(shown, ['TIMES', 'to detect', 'mean'])).toBe('16 min 40 s');
});

test('the same as JSON and CSV, as the server gives them', async () => {
  const json = JSON.parse(await report(...quarter, '--json'));
  expect(json).toMatchObject({ incidents: { count: 6, downMs: 23_400_000 }, truncated: false });
  const csv = await report(...quarter, '--csv');
  expect(csv).toMatch(/^part,name,from,until,about,figure,value\r\n/);
  expect(csv).toContain(',incidents,downMs,23400000\r\n');
});

test('filters and periods, and times in the zone that is asked for', async () => {
  const shown = await report(...quarter.slice(0, 4), '--time-zone', 'Europe/Amsterdam', '--period', 'year');
  expect(shown).toMatch(/^from 2026-01-01T00:00:00\+01:00 until 2026-04-01T00:00:00\+02:00/);
  const external = await report(
    ...quarter,
    '--all',
    'origin=external',
    '--type',
    'incident_*',
    '--period',
    'quarter',
  );
  expect(cellOf(external, ['INCIDENTS', 'all', 'count'])).toBe('1');
  expect(cellOf(external, ['INCIDENTS', '2026-Q1', 'down'])).toBe('1 h 30 min');
  expect(cellOf(external, ['TIMES', 'from commit to deployment', 'mean'])).toBe('-');
});

test('two formats at once, and a period that is none, are wrong', async () => {
  expect(await command(url, ['report', '--json', '--csv'])).toMatchObject({ exitCode: 2 });
  expect(await command(url, ['report', '--period', 'week'])).toMatchObject({ exitCode: 2 });
});
