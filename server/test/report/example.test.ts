// The examples of docs/report.md give exactly the figures of the page.

import { pairMarks, parseLine, parseMark } from '@anthracite/protocol';
import { readMaintenance } from '../../src/report/coverage';
import { readUptimeTargets } from '../../src/report/error-budget';
import { periodsOf } from '../../src/report/period';
import { previousRange } from '../../src/report/previous';
import { createReport, type Report } from '../../src/report/report';
import {
  type Example,
  exampleTargets,
  februaryExample,
  juneExample,
  marchExample,
  quarterExample,
  shownFigure,
} from './example';
import { plainInput } from './histories';

const hourMs = 3_600_000;

function readEvents(lines: readonly string[]) {
  return lines.map((line, i) => {
    const parsed = parseLine(line);
    if (!parsed.ok) throw new Error(parsed.problem.message);
    return { id: i + 1, ...parsed.value };
  });
}

function reportOf({ lines, range }: Example): Report {
  const events = readEvents(lines);
  const marks = events.flatMap((event) => {
    const meaning = parseMark(event.type, event.tags);
    return meaning === null ? [] : [{ ...event, meaning }];
  });
  const spans = pairMarks(marks);
  return createReport({
    ...plainInput,
    spans,
    deploys: events.filter(({ type }) => type.startsWith('deploy_')),
    range,
    periods: periodsOf(range, 'month', 'UTC', 100),
    dataFromMs: events[0]?.time ?? null,
    failureWindowMs: hourMs,
    previous: previousRange(range, 'UTC'),
    targets: readUptimeTargets(exampleTargets),
    maintenance: readMaintenance(spans.filter(({ type }) => type.startsWith('maintenance'))),
  });
}

let quarter: Report;
let june: Report;
let march: Report;
let february: Report;
beforeAll(() => {
  quarter = reportOf(quarterExample);
  june = reportOf(juneExample);
  march = reportOf(marchExample);
  february = reportOf(februaryExample);
});

test('reads all examples completely', () => {
  expect([quarterExample.lines.length, juneExample.lines.length]).toEqual([25, 25]);
  expect(quarterExample.figures.length).toBeGreaterThan(45);
  expect(juneExample.figures.length).toBeGreaterThan(25);
  expect([marchExample.figures.length, februaryExample.figures.length]).toEqual([24, 7]);
  expect(quarter.byPeriod).toHaveLength(3);
});

test.each(quarterExample.figures)('gives for the quarter %s = %s', (path, value) => {
  expect(shownFigure(quarter, path)).toBe(value);
});

test.each(juneExample.figures)('gives for June %s = %s', (path, value) => {
  expect(shownFigure(june, path)).toBe(value);
});

test.each(marchExample.figures)('gives for March %s = %s', (path, value) => {
  expect(shownFigure(march, path)).toBe(value);
});

test.each(februaryExample.figures)('gives for February %s = %s', (path, value) => {
  expect(shownFigure(february, path)).toBe(value);
});

/** All numbers of an object, nested or not. */
function valuesOf(part: unknown): unknown[] {
  return typeof part === 'object' && part !== null ? Object.values(part).flatMap(valuesOf) : [part];
}

test('compares the quarter with nothing, because the quarter before has no data', () => {
  expect(quarter.previous).toMatchObject({ unit: 'quarter', coverage: { fromMs: null, knownMs: 0 } });
  expect(new Set(valuesOf(quarter.previous?.changes))).toEqual(new Set([null]));
});

test('names the events of each figure', () => {
  const events = readEvents(quarterExample.lines);
  const typesOf = (ids: readonly number[]) => ids.map((id) => events.find((event) => event.id === id)?.type);
  expect(typesOf(quarter.bySeverity[0]?.figures.spans ?? [])).toEqual([
    'incident_sev1_start',
    'incident_sev3_start',
  ]);
  expect(typesOf(quarter.delivery.deploymentIds)).toEqual([
    'deploy_shop',
    'deploy_shop',
    'deploy_shop',
    'deploy_shop_start',
  ]);
  expect(quarter.delivery.failedIds).toEqual([1, 13]);
  expect(typesOf(quarter.delivery.incidentIds)).toEqual(['incident_sev1_start', 'incident_sev3_start']);
  expect(quarter.incidents.oddMarkIds).toEqual([17]);
  expect(june.delivery.failedIds).toEqual([1, 6, 8, 21]);
  expect(june.delivery.reworkIds).toEqual([4, 9, 10]);
});
