// The figures by service and by team: which tag counts, how many rows, and what the last rows have.

import { type Mark, pairMarks, parseMark } from '@anthracite/protocol';
import type { DeployEvent } from '../../src/report/deployments';
import type { GroupFigures } from '../../src/report/groups';
import { createReport } from '../../src/report/report';
import { plainInput } from './histories';

const minute = 60_000;
const range = { fromMs: 0, untilMs: 1_000 * minute };

/** The rows by service of events, each with its minute, type and tags. */
function servicesOf(
  lines: readonly (readonly [minutes: number, series: string])[],
  service: readonly string[] = plainInput.groupKeys.service,
): readonly GroupFigures[] {
  const events = lines.map(([minutes, series], i): DeployEvent => {
    const [type = '', ...tags] = series.split(';');
    return { id: i + 1, time: minutes * minute, type, tags };
  });
  const marks = events.flatMap((event): Mark[] => {
    const meaning = parseMark(event.type, event.tags);
    return meaning === null ? [] : [{ ...event, meaning }];
  });
  const deploys = events.filter(({ type }) => type.startsWith('deploy_'));
  const groupKeys = { ...plainInput.groupKeys, service };
  return createReport({ ...plainInput, spans: pairMarks(marks), deploys, range, groupKeys }).byService;
}

const outage = (at: number, length: number, key: string, tags: string): [number, string][] => [
  [at, `incident_sev1_start;incident=${key};${tags}`],
  [at + length, `incident_sev1_end;incident=${key}`],
];

test('takes the first key that has a tag, and counts an incident with two services for both', () => {
  const rows = servicesOf([
    ...outage(0, 10, 'a', 'app=cart;service=shop'),
    ...outage(20, 30, 'b', 'service=shop;service=search'),
    ...outage(100, 5, 'c', 'project=search'),
    ...outage(200, 50, 'd', 'owner=anna'),
  ]);
  expect(rows.map(({ kind, name, incidents, downMs }) => [kind, name, incidents, downMs / minute])).toEqual([
    ['value', 'shop', 2, 40],
    ['value', 'search', 2, 35],
    ['none', null, 1, 50],
  ]);
  expect(rows[0]?.uptime).toBeCloseTo(0.96, 9);
});

test('counts an event without a tag for the project in its type, only if project is a key', () => {
  const lines: [number, string][] = [
    ...outage(0, 10, 'a', 'service=shop'),
    [50, 'deploy_shop;version=1'],
    [100, 'deploy_shop;version=2;exit=1'],
    [150, 'deploy_shop;service=search;version=3'],
    [200, 'incident_sev3_search_start'],
    [210, 'incident_sev3_search_end'],
  ];
  expect(
    servicesOf(lines).map(({ name, tag, incidents, deployments, failed, changeFailRate }) => [
      name,
      tag,
      incidents,
      deployments,
      failed,
      changeFailRate,
    ]),
  ).toEqual([
    ['shop', null, 1, 2, 1, 0.5],
    ['search', null, 1, 1, 1, 1],
  ]);
  expect(
    servicesOf(lines, ['service']).map(({ name, tag, incidents, deployments }) => [
      name,
      tag,
      incidents,
      deployments,
    ]),
  ).toEqual([
    ['shop', 'service=shop', 1, 0],
    ['search', 'service=search', 0, 1],
    [null, null, 1, 2],
  ]);
});

test('has one row for all services after the twentieth, in which overlapping time counts once', () => {
  const lines = Array.from({ length: 25 }, (_, i) =>
    outage(10, 100 - i, `i${i}`, `service=s${String(i).padStart(2, '0')};service=all`),
  ).flat();
  const rows = servicesOf(lines);
  expect(rows).toHaveLength(21);
  // `all` and s00 were down for 100 minutes; `all` has more incidents.
  expect(rows.slice(0, 2).map(({ name }) => name)).toEqual(['all', 's00']);
  expect(rows.at(-1)).toMatchObject({
    kind: 'others',
    name: null,
    values: 6,
    incidents: 6,
    downMs: 81 * minute,
  });
});

test('has no rows when no tag names a service, or the setting has no keys', () => {
  expect(servicesOf(outage(0, 10, 'a', 'team=web'))).toEqual([]);
  expect(servicesOf(outage(0, 10, 'a', 'service=shop'), [])).toEqual([]);
});

test('keeps hostile values apart: __proto__, empty values, values with an equals sign', () => {
  const rows = servicesOf([
    ...outage(0, 30, 'a', 'service=__proto__'),
    ...outage(100, 20, 'b', 'service='),
    ...outage(200, 10, 'c', 'service=a=b'),
  ]);
  expect(rows.map(({ kind, name }) => [kind, name])).toEqual([
    ['value', '__proto__'],
    ['value', 'a=b'],
    ['none', null],
  ]);
});
