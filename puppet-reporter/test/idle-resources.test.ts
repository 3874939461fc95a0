// Unchanged resources are left out before the report is parsed, and its event stays the same.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, needs, puppetFolder } from '@anthracite/testing';
import fc from 'fast-check';
import { type Mapped, mapReport, mapReportBody, readReport, readReportText } from '../src';
import { withoutIdleResources } from '../src/idle-resources';
import { goldenCases, optionsOf, packageFolder, readFixture } from './golden';

const settingsOfInterest: readonly Readonly<Record<string, string>>[] = [
  {},
  { role_pattern: 'profile*' },
  { role_pattern: '*' },
  { role_pattern: '' },
  { role_pattern: 'role::db', send: 'changed,failed,noop', ignore_resources: 'Exec' },
  { show_titles: 'false', max_resources: '50' },
];

/** The event of the whole report, every resource parsed. */
function mapWhole(body: Uint8Array, settings: Readonly<Record<string, string>>): Mapped {
  const text = readReportText(body);
  if (!text.ok) return { kind: 'bad', why: text.why };
  const report = readReport(text.value);
  return report === null ? { kind: 'bad', why: expect.any(String) } : mapReport(report, optionsOf(settings));
}

function expectSame(name: string, body: Uint8Array): void {
  for (const settings of settingsOfInterest) {
    const event = mapReportBody(body, optionsOf(settings));
    expect([name, settings, event]).toEqual([name, settings, mapWhole(body, settings)]);
  }
}

const yamlFixtures = [...new Set(goldenCases.map(({ file }) => file))].filter((file) =>
  file.includes('.yaml'),
);

/** The YAML of one resource, as in the report. */
function resourcesOf(body: Uint8Array): string[] {
  const text = Buffer.from(body).toString('latin1');
  const begin = text.indexOf('\nresource_statuses:\n');
  const end = text.slice(begin + 20).search(/^\S/m) + begin + 20;
  return text.slice(begin + 20, end).split(/^(?= {2}\S)/m);
}

test('gives the same event for every report of the fixtures', () => {
  for (const file of yamlFixtures) expectSame(file, readFixture(file));
});

test('parses little of a report with one change', () => {
  const text = readFixture('41-big500-unchanged.yaml.gz').toString('latin1');
  const changed = resourcesOf(readFixture('40-big500-changed.yaml.gz')).at(-20) as string;
  const idle = resourcesOf(Buffer.from(text)).find(
    (one) => one.split('\n')[0] === changed.split('\n')[0],
  ) as string;
  const report = Buffer.from(
    text.replace('status: unchanged', 'status: changed').replace(idle, changed),
    'latin1',
  );
  const left = withoutIdleResources(report, 'role::*');
  expect(report.length).toBeGreaterThan(300_000);
  expect(left.length).toBeLessThan(6_000);
  expect(Buffer.from(left).toString('latin1')).toContain(changed);
  expectSame('one change', report);
  expect(mapReportBody(report, optionsOf({}))).toMatchObject({ kind: 'event' });
});

test('parses a report with a line that Puppet never writes as a whole, and treats text as text', () => {
  const report = readFixture('22-agent-corrective.yaml').toString('latin1');
  const lines = report.split('\n');
  fc.assert(
    fc.property(
      fc.nat(lines.length - 1),
      fc.constantFrom(
        '',
        '    changed: true',
        '    events: []',
        '  x: &a y',
        '    tags: *a',
        '    - role::x',
        'status: failed',
        'resource_statuses:',
        '\t',
        '    title: "a',
        "    title: 'b",
        '    - |',
        '    failed: true',
      ),
      fc.constantFrom('insert', 'replace', 'remove', 'repeat'),
      (at, line, how) => {
        const made = [...lines];
        if (how === 'insert') made.splice(at, 0, line);
        if (how === 'replace') made[at] = line;
        if (how === 'remove') made.splice(at, 1);
        if (how === 'repeat') made.splice(at, 0, lines[at] as string);
        const body = Buffer.from(made.join('\n'), 'latin1');
        const whole = mapWhole(body, {});
        // A report that is not YAML can still be read: the omitted part contains only unchanged resources.
        if (whole.kind !== 'bad') expect(mapReportBody(body, optionsOf({}))).toEqual(whole);
      },
    ),
    { numRuns: 400 },
  );
});

needs('puppet', hasProgram('puppet', '--version'))(
  'gives the same event for reports of any resources, as Puppet writes them',
  () => {
    const folder = puppetFolder();
    const script = join(packageFolder, 'test', 'ruby', 'generated_reports.rb');
    const seed = String(fc.sample(fc.nat(1_000_000), 1)[0]);
    execFileSync('ruby', [script, folder, '100', seed]);
    const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
    expect(files).toHaveLength(100);
    let shorter = 0;
    for (const file of files) {
      const body = readFileSync(join(folder, file));
      expectSame(`${file} of seed ${seed}`, body);
      if (withoutIdleResources(body, 'role::*').length < body.length) shorter++;
    }
    // The number depends on the seed.
    expect(shorter).toBeGreaterThan(30);
  },
  120_000,
);
