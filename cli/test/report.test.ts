// anthracite report: gives exactly the figures of the quarter in docs/report.md, for people and for programs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { spellDuration } from '@anthracite/protocol';
import { command, startServer } from './in-process';

const [, doc = ''] = readFileSync(join(__dirname, '../../../docs/report.md'), 'utf8').split(
  /^## (?:An example, by hand|A second example: .*)$/m,
);
const lines = [...doc.matchAll(/^ {4}(2026-\S+Z) (.+)$/gm)].map(
  ([, time = '', rest = '']) => `${Date.parse(time) / 1000} ${rest}\n`,
);
/** Path -> figure, as in the table. */
const figures = [...doc.matchAll(/^\| `((?:incidents|gains|delivery|by\w+)\.[\w.]+)` +\|.*\| (\S.*?) *\|$/gm)]
  .map(([, path = '', value = '']) => [path, value] as const)
  // The known part of a range and the number of odd spans are above the tables.
  .filter(([path]) => !/coverage|oddMarks/.test(path));
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

/** A cell of the output: by the head of its table, the name of its row, and the head of its column. */
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
  'delivery.deploymentsPerDay': ['DELIVERY', 'per day'],
  'delivery.failed': ['DELIVERY', 'failed'],
  'delivery.changeFailRate': ['DELIVERY', 'change fail rate'],
  'delivery.rework': ['DELIVERY', 'rework'],
  'delivery.deploymentReworkRate': ['DELIVERY', 'rework rate'],
};
const times: Readonly<Record<string, string>> = {
  'incidents.timeToDetect': 'to detect',
  'incidents.timeToResolve': 'to resolve',
  'incidents.timeToRestore': 'detection to end',
  'incidents.timeBetweenFailures': 'between failures',
  'delivery.failedDeploymentRecoveryTime': 'failed deployment recovery',
  'delivery.changeLeadTime': 'change lead time',
};

/** The position of a figure. */
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

/** A figure of the docs, as it is shown to people: minutes are split into days, hours and minutes. */
function spelt(value: string): string {
  const [, minutes] = /^([\d.]+) min$/.exec(value) ?? [];
  return minutes === undefined ? value : spellDuration(Math.round(Number(minutes) * 60) * 1000);
}

test('reads the whole example, and finds every figure of it', () => {
  expect(lines).toHaveLength(25);
  expect(figures.length).toBeGreaterThan(40);
  expect(figures.filter(([path]) => placeOf(path)[0] === '')).toEqual([]);
});

test('prints the quarter of the docs in tables', async () => {
  const shown = await report(...quarter);
  expect(shown).toMatch(/^from 2026-01-01T00:00:00Z until 2026-04-01T00:00:00Z: 90 d\n/);
  expect(shown).toContain(
    '\ndata starts at 2026-01-10T09:45:00Z; all figures cover the 80 d 14 h 15 min since then\n',
  );
  expect(shown).toContain(
    '\nincidents and gains with inconsistent marks: 1 of 8; their times may be wrong\n',
  );
  expect(figures.map(([path]) => [path, cellOf(shown, placeOf(path))])).toEqual(
    figures.map(([path, value]) => [path, spelt(value)]),
  );
  expect(cellOf(shown, ['TIMES', 'to detect', 'mean'])).toBe('16 min 40 s');
});

test('prints the same as JSON and CSV, unchanged from the server', async () => {
  const json = JSON.parse(await report(...quarter, '--json'));
  expect(json).toMatchObject({ incidents: { count: 6, downMs: 23_400_000 }, truncated: false });
  const csv = await report(...quarter, '--csv');
  expect(csv).toMatch(/^part,name,from,until,about,figure,value\r\n/);
  expect(csv).toContain(',incidents,downMs,23400000\r\n');
});

test('uses filters and periods, and times in the requested zone', async () => {
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
  expect(cellOf(external, ['TIMES', 'change lead time', 'mean'])).toBe('-');
});

test('divides the range in the requested zone, and else in that of the server', async () => {
  const from = ['--from', '2026-01-01T05:00Z', '--until', '2026-04-01T04:00Z', '--period', 'month'];
  const inNewYork = await report(...from, '--time-zone', 'America/New_York');
  expect(cellOf(inNewYork, ['INCIDENTS', '2026-03', 'count'])).not.toContain('no ');
  expect(cellOf(inNewYork, ['INCIDENTS', '2026-04', 'count'])).toBe('no 2026-04 in INCIDENTS');
  const inTheServer = await report(...from);
  expect(cellOf(inTheServer, ['INCIDENTS', '2026-04', 'count'])).not.toContain('no ');
});

test('prints dashes where there is no data', async () => {
  const shown = await report('--from', '2025-12-01', '--until', '2026-02-01', '--utc');
  expect(cellOf(shown, ['INCIDENTS', '2025-12', 'count'])).toBe('-');
  expect(cellOf(shown, ['INCIDENTS', '2025-12', 'uptime'])).toBe('-');
  expect(cellOf(shown, ['DELIVERY', '2025-12', 'deployments'])).toBe('-');
  const before = await report('--from', '2025-10-01', '--until', '2026-01-01', '--utc');
  expect(before).toContain('\nno data in this range\n');
  expect(cellOf(before, ['INCIDENTS', 'all', 'uptime'])).toBe('-');
});

test('compares with the period before, as the docs do', async () => {
  const shown = await report('--from', '2026-03-01', '--until', '2026-04-01', '--utc');
  expect(shown).toContain('\nthe month before: from 2026-02-01T00:00:00Z until 2026-03-01T00:00:00Z\n');
  const compared = (name: string) =>
    ['now', 'month before', 'change'].map((column) => cellOf(shown, ['COMPARISON', name, column]));
  expect(compared('uptime')).toEqual(['99.7312 %', '99.6280 %', '+0.1032 points']);
  expect(compared('downtime')).toEqual(['2 h', '2 h 30 min', '-30 min']);
  expect(compared('incidents')).toEqual(['2', '2', '0']);
  expect(compared('to detect, median')).toEqual(['-', '20 min', '-']);
  expect(compared('change fail rate')).toEqual(['0.0000 %', '100.0000 %', '-100.0000 points']);
  const february = await report('--from', '2026-02-01', '--until', '2026-03-01', '--utc');
  expect(cellOf(february, ['COMPARISON', 'incidents', 'change'])).toBe('-');
  const whole = await report(...quarter);
  expect(whole).toContain('until 2026-01-01T00:00:00Z; it has no data\n');
  expect(cellOf(whole, ['COMPARISON', 'incidents', 'quarter before'])).toBe('-');
  expect(cellOf(whole, ['COMPARISON', 'uptime', 'change'])).toBe('-');
});

test('prints error budgets, services and teams, only if there are any', async () => {
  expect(await report(...quarter)).not.toMatch(/ERROR BUDGET|TEAMS/);
  const other = await startServer({ 'uptime-target': '99.5,sev1=99.9' }, () => Date.UTC(2026, 3, 15));
  const marks = '1773100000 incident_sev1_start;team=\u001b[31mred;service=cart down\n';
  expect((await command(other, ['import', '-'], lines.join('') + marks)).exitCode).toBe(0);
  const { stdout } = await command(other, ['report', ...quarter]);
  const shown = stdout.toString();
  expect(cellOf(shown, ['ERROR BUDGET', 'all', 'target'])).toBe('99.5 %');
  expect(cellOf(shown, ['ERROR BUDGET', 'severity sev1', 'budget'])).toBe('1 h 56 min 3 s');
  expect(cellOf(shown, ['ERROR BUDGET', 'all', 'left'])).toMatch(/^-\d+ d/);
  expect(cellOf(shown, ['SERVICES', 'cart', 'incidents'])).toBe('1');
  expect(cellOf(shown, ['SERVICES', 'without a tag', 'incidents'])).toBe('6');
  expect(shown).toContain('\nTEAMS');
  expect(shown).not.toContain('\u001b[31mred');
});

test('sends the window of failures and maintenance to the server', async () => {
  const narrow = await report(...quarter, '--window', '5min');
  expect(cellOf(narrow, ['DELIVERY', 'all', 'failed'])).toBe('0');
  expect(await report(...quarter, '--maintenance', 'exclude')).not.toContain('maintenance left out');
  expect(await command(url, ['report', '--maintenance', 'no'])).toMatchObject({ exitCode: 2 });
});

test('prints CSV with one period per row', async () => {
  const csv = await report(...quarter, '--csv', '--shape', 'wide');
  expect(csv).toMatch(/^name,from,until,coverage\./);
  expect(csv.trimEnd().split('\r\n')).toHaveLength(4);
});

test('refuses two formats at once, a shape of another format, and an unknown period', async () => {
  expect(await command(url, ['report', '--shape', 'wide'])).toMatchObject({ exitCode: 2 });
  expect(await command(url, ['report', '--json', '--csv'])).toMatchObject({ exitCode: 2 });
  expect(await command(url, ['report', '--period', 'week'])).toMatchObject({ exitCode: 2 });
});
