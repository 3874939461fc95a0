// The quarter that docs/report.md works out by hand comes to exactly its numbers.

import { pairMarks, parseLine, parseMark } from '@anthracite/protocol';
import { periodsOf } from '../../src/report/period';
import { createReport } from '../../src/report/report';
import { exampleFigures, exampleLines, quarter, shownFigure } from './example';

const events = exampleLines.map((line, i) => {
  const parsed = parseLine(line);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return { id: i + 1, ...parsed.value };
});
const marks = events.flatMap((event) => {
  const meaning = parseMark(event.type, event.tags);
  return meaning === null ? [] : [{ ...event, meaning }];
});
const report = createReport({
  spans: pairMarks(marks),
  deploys: events.filter(({ type }) => type.startsWith('deploy_')),
  range: quarter,
  periods: periodsOf(quarter, 'month', 'UTC', 100),
});

test('the example is read whole', () => {
  expect(exampleLines).toHaveLength(25);
  expect(exampleFigures.length).toBeGreaterThan(40);
  expect(report.byPeriod).toHaveLength(3);
});

test.each(exampleFigures)('%s is %s', (path, value) => {
  expect(shownFigure(report, path)).toBe(value);
});

test('each figure names the events that it is made of', () => {
  const typesOf = (ids: readonly number[]) => ids.map((id) => events.find((event) => event.id === id)?.type);
  expect(typesOf(report.bySeverity[0]?.figures.spans ?? [])).toEqual([
    'incident_sev1_start',
    'incident_sev3_start',
  ]);
  expect(typesOf(report.delivery.deploymentIds)).toEqual([
    'deploy_shop',
    'deploy_shop',
    'deploy_shop',
    'deploy_shop_start',
  ]);
  expect(report.delivery.failedIds).toEqual([1, 13]);
  expect(typesOf(report.delivery.incidentIds)).toEqual(['incident_sev1_start', 'incident_sev3_start']);
});
