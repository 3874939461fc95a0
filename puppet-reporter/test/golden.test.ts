// Every report gives its golden event, from YAML and from JSON, and no event shows a secret.

import { existsSync } from 'node:fs';
import { formatLine, parseLine } from '@anthracite/protocol';
import { isPlainlyUnchanged, type Mapped, mapReportBody, readReport, readReportText } from '../src';
import { goldenCases, optionsOf, pathOf, readFixture } from './golden';

const runOf = (mapped: Mapped) => (mapped.kind === 'bad' ? null : mapped.run);
const lineOf = (mapped: Mapped): string | null => (mapped.kind === 'event' ? formatLine(mapped.event) : null);
const title = ({ file, settings }: (typeof goldenCases)[number]): string =>
  [file, ...Object.entries(settings).map((pair) => pair.join('='))].join(' ');

test.each(goldenCases.map((golden) => [title(golden), golden] as const))('%s', (_title, golden) => {
  const mapped = mapReportBody(readFixture(golden.file), optionsOf(golden.settings));
  expect(lineOf(mapped)).toBe(golden.event);
  expect(runOf(mapped)).toEqual(golden.run);
  if (mapped.kind !== 'event') expect(mapped.why).toBe(golden.why);
});

const withJson = goldenCases.filter(
  ({ file }) => file.endsWith('.yaml') && existsSync(pathOf(file.replace('.yaml', '.json'))),
);

test.each(withJson.map((golden) => [title(golden), golden] as const))(
  '%s: gives the same event from JSON',
  (_title, golden) => {
    const mapped = mapReportBody(
      readFixture(golden.file.replace('.yaml', '.json')),
      optionsOf(golden.settings),
    );
    expect(lineOf(mapped)).toBe(golden.event);
    expect(runOf(mapped)).toEqual(golden.run);
  },
);

test.each(withJson.map(({ file }) => file))('%s: reads YAML like the JSON that Ruby wrote', (file) => {
  const yaml = readReportText(readFixture(file));
  const json = readReportText(readFixture(file.replace('.yaml', '.json')));
  expect(yaml).toEqual(json);
});

test('detects from the first bytes as unchanged only reports without an event, for any options', () => {
  const everything = optionsOf({ send: 'changed,failed,noop', ignore_resources: '' });
  let skipped = 0;
  for (const { file } of goldenCases) {
    const body = readFixture(file);
    if (!isPlainlyUnchanged(body)) continue;
    skipped++;
    const text = readReportText(body);
    const report = readReport(text.ok ? text.value : null);
    expect(report).toMatchObject({ status: 'unchanged', isNoopPending: false });
    expect(mapReportBody(Buffer.concat([body, Buffer.from(' '.repeat(500))]), everything).kind).toBe(
      'skipped',
    );
  }
  expect(skipped).toBeGreaterThan(5);
});

test('shows no secret of the reports in any event', () => {
  const all = goldenCases.map(({ event }) => event ?? '').join('\n');
  expect(all).toContain('Exec[/bin/echo ...]');
  for (const secret of [
    'hunter2',
    'workers=',
    'sha256',
    '{md5}',
    'e3No',
    'relation orders',
    'connecting to db01',
    '\u001b',
    '\\u0000',
    '\u202e',
  ]) {
    expect(all).not.toContain(secret);
  }
});

test('gives a valid event that is the same when its line is read back', () => {
  for (const { event } of goldenCases) {
    if (event === null) continue;
    const parsed = parseLine(event);
    expect(parsed.ok && formatLine(parsed.value)).toBe(event);
    expect(event.split('\n')).toHaveLength(1);
  }
});
