// What one mark says, of itself and of its span.

import { keyTagOf, parseMark, withSeverity } from '../../src';

const key = ['incident=42'];

test.each([
  ['incident_sev2_start', [], 'start', 'incident_sev2', 'incident_sev2', 'incident', 2],
  ['incident_sev2_start', key, 'start', 'incident_sev2', 'incident 42', 'incident', 2],
  ['incident_sev2_shop_end', key, 'end', 'incident_sev2_shop', 'incident_shop 42', 'incident', 2],
  ['incident_start', [], 'start', 'incident', 'incident', 'incident', null],
  ['incident_sev5_start', [], 'start', 'incident_sev5', 'incident_sev5', 'incident', null],
  ['incidental_start', [], 'start', 'incidental', 'incidental', 'other', null],
  ['outage_resolved', ['outage=a'], 'end', 'outage', 'outage a', 'incident', null],
  ['database_down_start', ['outage=a'], 'start', 'database_down', 'database_down a', 'incident', null],
  ['failover_start', key, 'start', 'failover', 'failover 42', 'other', null],
  ['gain_sev1_detected', [], 'detected', 'gain_sev1', 'gain_sev1', 'gain', 1],
  ['backup_finish', [], 'end', 'backup', 'backup', 'other', null],
  ['a_start_end', ['incident='], 'end', 'a_start', 'a_start', 'other', null],
] as const)('%s %j', (type, tags, role, stem, group, scale, severity) => {
  expect(parseMark(type, tags)).toMatchObject({ role, stem, group, scale, severity });
});

test.each(['incident_sev2', 'start', '_start', 'restart', 'incident_START', 'incident_start_'])(
  '%s is no mark',
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
] as const)('%s', (tag, impact, problems) => {
  expect(parseMark('x_start', [tag])).toMatchObject({ impact, problems });
});

test('an origin is self or external', () => {
  expect(parseMark('x_start', ['origin=self'])).toMatchObject({ origin: 'self', problems: [] });
  expect(parseMark('x_start', ['origin=Self'])).toMatchObject({ origin: null, problems: ['bad_origin'] });
});

test.each([
  [['env=prod', 'span=7', 'incident=8'], 'span=7'],
  [['incident', 'span='], null],
] as const)('the key among %j is %s', (tags, key) => {
  expect(keyTagOf(tags)).toBe(key);
  expect(parseMark('backup_start', tags)?.key ?? null).toBe(key?.slice('span='.length) ?? null);
});

test.each([
  ['incident', 2, 'incident_sev2'],
  ['incident_sev1_shop', 3, 'incident_sev3_shop'],
  ['gain_sev4', null, 'gain'],
  ['incidental', 1, null],
  ['backup', 1, null],
] as const)('%s with severity %s is %s', (stem, severity, other) => {
  expect(withSeverity(stem, severity)).toBe(other);
});
