// Which deployments failed, were rolled back or fix another: cases that users reported.

import { type Mark, pairMarks, parseMark } from '@anthracite/protocol';
import type { DeliveryFigures } from '../../src/report/delivery';
import type { DeployEvent } from '../../src/report/deployments';
import { createReport } from '../../src/report/report';
import { plainInput } from './histories';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The figures of a day of events: minute, type and tags. */
function figuresOf(
  lines: readonly (readonly [minutes: number, series: string])[],
  windowMs = hour,
): DeliveryFigures {
  const events = lines.map(([minutes, series], i): DeployEvent => {
    const [type = '', ...tags] = series.split(';');
    return { id: i + 1, time: 100 * day + minutes * minute, type, tags };
  });
  const marks = events.flatMap((event): Mark[] => {
    const meaning = parseMark(event.type, event.tags);
    return meaning === null ? [] : [{ ...event, meaning }];
  });
  const range = { fromMs: 100 * day, untilMs: 130 * day };
  const deployEvents = events.filter(({ type }) => type.startsWith('deploy_'));
  const input = { ...plainInput, spans: pairMarks(marks), deploys: deployEvents, range };
  return createReport({ ...input, failureWindowMs: windowMs }).delivery;
}

test.each([
  ['names another env', 'env=staging', 'env=prod', 0],
  ['names the same env', 'env=prod', 'env=prod', 1],
  ['names no env', 'version=1', 'env=prod', 1],
  ['names another service of the same env', 'env=prod;service=a', 'env=prod;service=b', 0],
  ['has several envs, one of them the same', 'env=staging;env=prod', 'env=prod', 1],
  ['is of an incident without a place', 'env=staging', 'origin=self', 1],
])('assigns an incident to a deployment that %s', (_, deployTags, incidentTags, failed) => {
  const figures = figuresOf([
    [0, `deploy_shop;${deployTags}`],
    [5, `incident_sev1_start;${incidentTags}`],
  ]);
  expect(figures).toMatchObject({ deployments: 1, failed, changeFailRate: failed });
});

test('assigns an incident to the last deployment of its place, not to a later one of another place', () => {
  const figures = figuresOf([
    [0, 'deploy_shop;env=prod'],
    [10, 'deploy_shop;env=staging'],
    [20, 'incident_sev1_start;env=prod'],
  ]);
  expect(figures.failedIds).toEqual([1]);
});

test('uses the window: 61 minutes are outside an hour and inside two', () => {
  const lines = [
    [0, 'deploy_shop'],
    [61, 'incident_sev1_start'],
  ] as const;
  expect(figuresOf(lines).failed).toBe(0);
  expect(figuresOf(lines, 2 * hour).failed).toBe(1);
  expect(figuresOf([lines[0], [60, 'incident_sev1_start']]).failed).toBe(1);
});

test.each([
  ['exit=1', 1],
  ['exit=137;signal=KILL', 1],
  ['exit=0', 0],
  ['exit=00', 0],
  ['outcome=failure', 1],
  ['result=Aborted', 1],
  ['status=cancelled', 1],
  ['status=success', 0],
  ['failed', 1],
  ['rework=failed', 0],
])('decides whether a deployment with the tag %s was aborted', (tags, aborted) => {
  expect(figuresOf([[0, `deploy_shop;${tags}`]])).toMatchObject({ deployments: 1, aborted, failed: aborted });
});

test('aborts a deployment with a duration by the exit code of its end, and one on two hosts by that of either', () => {
  expect(
    figuresOf([
      [0, 'deploy_shop_start;span=1;version=1'],
      [5, 'deploy_shop_end;span=1;version=1;exit=2'],
      [9, 'deploy_api;version=1;host=a;exit=0'],
      [10, 'deploy_api;version=1;host=b;exit=1'],
    ]),
  ).toMatchObject({ deployments: 2, aborted: 2, failed: 2 });
});

const rollback = [
  [0, 'deploy_shop;version=1'],
  [60, 'deploy_shop;version=2'],
  [90, 'deploy_shop;version=1'],
] as const;

test('counts a version that returns after a later one as its rollback', () => {
  const figures = figuresOf(rollback);
  expect(figures).toMatchObject({ deployments: 3, rollbacks: 1, failed: 1, failedIds: [2], reworkIds: [3] });
  expect(figures.failedDeploymentRecoveryTime).toMatchObject({ count: 1, meanMs: 30 * minute });
});

test('does not count rolling forward again or repeating a version as a rollback', () => {
  expect(figuresOf([...rollback, [120, 'deploy_shop;version=2']]).rollbacks).toBe(1);
  expect(
    figuresOf([
      [0, 'deploy_shop;version=1'],
      [60, 'deploy_shop;version=1'],
    ]),
  ).toMatchObject({
    deployments: 2,
    rollbacks: 0,
  });
});

test('does not count a version that returns to another env, service or project as a rollback', () => {
  for (const other of [
    'deploy_shop;version=2;env=dev',
    'deploy_shop;version=2;service=a',
    'deploy_api;version=2',
  ]) {
    const figures = figuresOf([rollback[0], [60, other], rollback[2]]);
    expect(figures.rollbacks).toBe(0);
  }
});

test('detects a rollback within 15 minutes, but not a late host', () => {
  const quick = figuresOf([
    [0, 'deploy_shop;version=1'],
    [5, 'deploy_shop;version=2'],
    [10, 'deploy_shop;version=1'],
  ]);
  expect(quick).toMatchObject({ deployments: 3, rollbacks: 1 });
  const late = figuresOf([
    [0, 'deploy_shop;version=1;host=a'],
    [5, 'deploy_shop;version=2;host=a'],
    [10, 'deploy_shop;version=1;host=b'],
  ]);
  expect(late).toMatchObject({ deployments: 2, rollbacks: 0 });
});

test('counts a version as new when it was last deployed more than 30 days ago', () => {
  const month = 30 * 24 * 60;
  const lines = (later: number) =>
    [
      [-later, 'deploy_shop;version=1'],
      [10, 'deploy_shop;version=2'],
      [60, 'deploy_shop;version=1'],
    ] as const;
  expect(figuresOf(lines(month - 60)).rollbacks).toBe(1);
  expect(figuresOf(lines(month - 59)).rollbacks).toBe(0);
});

test('reads from tags a rollback, a hotfix, or that a deployment is neither', () => {
  expect(
    figuresOf([
      [0, 'deploy_shop'],
      [30, 'deploy_shop;rollback'],
      [60, 'deploy_shop;hotfix=JIRA-12'],
      [90, 'deploy_shop;rollback=false'],
    ]),
  ).toMatchObject({ rollbacks: 1, failedIds: [1], reworkIds: [2, 3], deploymentReworkRate: 0.5 });
});

test('does not count a deployment as failed by a rollback more than 7 days later', () => {
  const week = 7 * 24 * 60;
  expect(
    figuresOf([
      [0, 'deploy_shop'],
      [week, 'deploy_shop;rollback'],
    ]).failedIds,
  ).toEqual([1]);
  expect(
    figuresOf([
      [0, 'deploy_shop'],
      [week + 1, 'deploy_shop;rollback'],
    ]),
  ).toMatchObject({
    failed: 0,
    rollbacks: 1,
  });
});

test('counts a deployment during an incident as rework in its first 7 days, but not one of another project', () => {
  const week = 7 * 24 * 60;
  const figures = figuresOf([
    [0, 'deploy_shop'],
    [5, 'incident_sev1_start'],
    [30, 'deploy_shop'],
    [35, 'deploy_api'],
    [5 + week, 'deploy_shop'],
    [6 + week, 'deploy_shop'],
  ]);
  expect(figures.reworkIds).toEqual([3, 5]);
});
