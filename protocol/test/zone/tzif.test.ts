// Our reader of time zone files against that of Python, on the same files.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs } from '@anthracite/testing';
import { parsePosixZone } from '../../src/zone/posix-zone';
import { readTzif } from '../../src/zone/tzif';

const folder = '/usr/share/zoneinfo';
const python = '/usr/bin/python3';
const hasBoth = hasProgram(python, '-c', 'import zoneinfo') && existsSync(join(folder, 'tzdata.zi'));
const withPython = needs("Python's zoneinfo and the system's time zone files", hasBoth);

const script = `
import json, sys, zoneinfo
from datetime import datetime, timedelta, timezone
zoneinfo.reset_tzpath([${JSON.stringify(folder)}])
asked = json.load(sys.stdin)
epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
times = [epoch + timedelta(seconds=at) for at in asked["seconds"]]
for name in asked["names"]:
    zone = zoneinfo.ZoneInfo(name)
    print(json.dumps([int(at.astimezone(zone).utcoffset().total_seconds()) for at in times]))
`;

/** Seconds since 1970, spread over years; the same at each run. */
function instants(count: number, firstYear: number, lastYear: number): number[] {
  const start = Date.UTC(firstYear, 0) / 1000;
  const end = Date.UTC(lastYear, 0) / 1000;
  let state = 20_261_128;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return start + Math.floor((state / 2 ** 32) * (end - start));
  });
}

withPython.each([
  ['1,000 instants between 2020 and 2030', instants(1_000, 2020, 2030)],
  ['1,000 instants between 1850 and 2400', instants(1_000, 1850, 2400)],
])('agrees with Python in all zones at %s', (_name, seconds) => {
  const names = readFileSync(join(folder, 'tzdata.zi'), 'latin1')
    .split('\n')
    .flatMap((line) => /^(?:Z (\S+)|L \S+ (\S+))/.exec(line)?.slice(1).filter(Boolean) ?? [])
    .filter((name) => existsSync(join(folder, name)));
  expect(names.length).toBeGreaterThan(500);
  const { stdout, stderr } = spawnSync(python, ['-c', script], {
    input: JSON.stringify({ names, seconds }),
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  });
  expect(stderr).toBe('');
  const theirs = stdout.trimEnd().split('\n');
  expect(theirs).toHaveLength(names.length);
  const wrong = names.filter((name, n) => {
    const zone = readTzif(readFileSync(join(folder, name)));
    const ours = seconds.map((at) => (zone?.offsetAt(at * 1000) ?? Number.NaN) / 1000);
    return JSON.stringify(ours) !== JSON.stringify(JSON.parse(theirs[n] ?? ''));
  });
  expect(wrong).toEqual([]);
});

test.each([
  ['CET-1CEST,M3.5.0,M10.5.0/3', '2026-03-29T00:59:59Z', 1],
  ['CET-1CEST,M3.5.0,M10.5.0/3', '2026-03-29T01:00:00Z', 2],
  ['CET-1CEST,M3.5.0,M10.5.0/3', '2026-10-25T01:00:00Z', 1],
  // Summer time in winter, as Irish law has it.
  ['IST-1GMT0,M10.5.0,M3.5.0/1', '2026-07-01T00:00:00Z', 1],
  ['IST-1GMT0,M10.5.0,M3.5.0/1', '2026-12-01T00:00:00Z', 0],
  // The south, over the end of the year.
  ['AEST-10AEDT,M10.1.0,M4.1.0/3', '2026-12-31T23:00:00Z', 11],
  ['AEST-10AEDT,M10.1.0,M4.1.0/3', '2026-06-01T00:00:00Z', 10],
  ['<-02>2<-01>,M3.5.0/-1,M10.5.0/0', '2026-03-29T01:00:00Z', -1],
  ['EST5EDT,0/0,J365/25', '2026-12-31T23:59:59Z', -4],
  ['EST5EDT,J60/0,J300/0', '2024-03-01T05:00:00Z', -4],
  ['EST5EDT,J60/0,J300/0', '2024-03-01T04:59:59Z', -5],
  ['<+0545>-5:45', '2026-01-01T00:00:00Z', 5.75],
])('the rule %s at %s is %p hours ahead', (rule, at, hours) => {
  expect(parsePosixZone(rule)?.(Date.parse(at))).toBe(hours * 3_600_000);
});

test.each(['', 'CET', 'CET-1CEST', 'CET-1CEST,M3.5.0', 'CET-1,M3.5.0,M10.5.0', '5', 'A5'])(
  'refuses the rule %p',
  (text) => {
    expect(parsePosixZone(text)).toBeUndefined();
  },
);

test('refuses a truncated file, a file of version 1 and a wrong rule', () => {
  // One type, no transition: UTC.
  const header = (version: string): Buffer => {
    const bytes = Buffer.alloc(44);
    bytes.write(`TZif${version}`, 'latin1');
    bytes.writeUInt32BE(1, 36);
    bytes.writeUInt32BE(4, 40);
    return bytes;
  };
  const block = Buffer.concat([Buffer.alloc(6), Buffer.from('UTC\0')]);
  const file = Buffer.concat([header('2'), block, header('2'), block, Buffer.from('\nUTC0\n')]);
  expect(readTzif(file)?.offsetAt(0)).toBe(0);
  for (let length = 0; length < file.length; length++)
    expect(readTzif(file.subarray(0, length))).toBeUndefined();
  expect(
    readTzif(Buffer.from(file.toString('latin1').replaceAll('TZif2', 'TZif\0'), 'latin1')),
  ).toBeUndefined();
  expect(readTzif(Buffer.from(file.toString('latin1').replace('UTC0', 'UTCX'), 'latin1'))).toBeUndefined();
});
