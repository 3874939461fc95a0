// The meaning of one mark and of its span.

import { isFailureType, keyTagOf, parseMark, warningsOf, withSeverity } from '../../src';

const key = ['incident=42'];

test.each([
  ['incident_sev2_start', [], 'start', 'incident_sev2', 'incident_sev2', 'incident', 2],
  ['incident_sev2_start', key, 'start', 'incident_sev2', 'incident 42', 'incident', 2],
  ['incident_sev2_shop_end', key, 'end', 'incident_sev2_shop', 'incident_shop 42', 'incident', 2],
  ['incident_start', [], 'start', 'incident', 'incident', 'incident', null],
  ['incident_sev5_start', [], 'start', 'incident_sev5', 'incident_sev5', 'incident', null],
  ['incident_sev5_start', key, 'start', 'incident_sev5', 'incident 42', 'incident', null],
  ['incidental_start', [], 'start', 'incidental', 'incidental', 'other', null],
  ['outage_resolved', ['outage=a'], 'end', 'outage', 'outage a', 'incident', null],
  ['database_down_start', ['outage=a'], 'start', 'database_down', 'database_down a', 'incident', null],
  ['failover_start', key, 'start', 'failover', 'failover 42', 'other', null],
  ['gain_sev1_detected', [], 'detected', 'gain_sev1', 'gain_sev1', 'gain', 1],
  ['backup_finish', [], 'end', 'backup', 'backup', 'other', null],
  ['a_start_end', ['incident='], 'end', 'a_start', 'a_start', 'other', null],
] as const)('reads %s %j', (type, tags, role, stem, group, scale, severity) => {
  expect(parseMark(type, tags)).toMatchObject({ role, stem, group, scale, severity });
});

test.each([
  ['puppet_failed', true],
  ['chef_failed_start', true],
  ['nightly_backup_failed_detected', true],
  ['chef_failed_end', false],
  ['puppet_failed_resolved', false],
  ['_failed', false],
  ['failed', false],
  ['failed_over', false],
  ['deploy_failed', false],
  ['manual_failed_start', false],
])('decides whether %s is a failure: %p', (type, isFailure) => {
  expect(isFailureType(type)).toBe(isFailure);
});

test.each([
  ['deploy_back_end', []],
  ['deploy_kick_start', ['version=42', 'commit=e8e5e4', 'incident=7']],
  ['manual_van_den_end', []],
  ['back_end', ['production', '20261127', 'deploy']],
])('does not read %s with the tags %j as a mark, because its ending is from a foreign name', (type, tags) => {
  expect(parseMark(type, tags)).toBeNull();
  expect(parseMark(type, [...tags, 'span=a'])).not.toBeNull();
});

test.each(['incident_sev9', 'incident_sev0', 'incident_sev10', 'outage_SEV2', 'gain_sev7', 'incident_sev-1'])(
  'ignores the severity in %s with a warning',
  (stem) => {
    const word = stem.split('_')[0];
    expect(parseMark(`${stem}_shop_start`, key)).toMatchObject({
      severity: null,
      group: `${word}_shop 42`,
      problems: ['bad_severity'],
    });
    expect(warningsOf(stem, [])).toEqual([
      { code: 'bad_severity', warning: expect.stringContaining(`"${stem}"`) },
    ]);
    expect(withSeverity(stem, 2)).toBe(`${word}_sev2`);
  },
);

test.each([
  ['incident_sev4_start', ['impact=100', 'origin=self']],
  ['incident_severe', []],
  ['incident_sev_start', []],
  ['deploy_sev9', []],
  ['puppet', ['impact=200']],
])('does not warn of %s with the tags %j', (type, tags) => {
  expect(warningsOf(type, tags)).toEqual([]);
});

test.each(['incident_sev2', 'start', '_start', 'restart', 'incident_START', 'incident_start_'])(
  'does not read %s as a mark',
  (type) => {
    expect(parseMark(type, key)).toBeNull();
  },
);

test.each([
  ['impact=0', 0, []],
  ['impact=37.5', 37.5, []],
  ['impact=100', 100, []],
  ['impact=101', null, ['bad_impact']],
  ['impact=-1', null, ['bad_impact']],
  ['impact=1e1', null, ['bad_impact']],
  ['impact=', null, ['bad_impact']],
  ['impact', null, []],
] as const)('reads %s', (tag, impact, problems) => {
  expect(parseMark('x_start', [tag])).toMatchObject({ impact, problems });
});

test('accepts self or external as an origin', () => {
  expect(parseMark('x_start', ['origin=self'])).toMatchObject({ origin: 'self', problems: [] });
  expect(parseMark('x_start', ['origin=Self'])).toMatchObject({ origin: null, problems: ['bad_origin'] });
});

test.each([
  [['env=prod', 'span=7', 'incident=8'], 'span=7'],
  [['incident', 'span='], null],
] as const)('finds among %j the key %s', (tags, key) => {
  expect(keyTagOf(tags)).toBe(key);
  expect(parseMark('backup_start', tags)?.key ?? null).toBe(key?.slice('span='.length) ?? null);
});

test.each([
  ['incident', 2, 'incident_sev2'],
  ['incident_sev1_shop', 3, 'incident_sev3_shop'],
  ['gain_sev4', null, 'gain'],
  ['incidental', 1, null],
  ['backup', 1, null],
] as const)('writes %s with severity %s as %s', (stem, severity, other) => {
  expect(withSeverity(stem, severity)).toBe(other);
});
