// Targets for the uptime, and the error budgets that they give.

import { errorBudgetOf, parseUptimeTarget, readUptimeTargets } from '../../src/report/error-budget';

const coverage = { fromMs: 0, knownMs: 1_000_000, maintenanceMs: 0, maintenanceIgnored: 0 };

test.each([
  ['99.5', { name: 'all', percent: 99.5 }],
  ['99', { name: 'all', percent: 99 }],
  ['sev1=99.999', { name: 'sev1', percent: 99.999 }],
  ['100', null],
  ['0', null],
  ['-1', null],
  ['99.5%', null],
  ['sev5=99', null],
  ['sev1=', null],
  ['1e1', null],
  ['', null],
])('reads the target %j', (text, target) => {
  expect(parseUptimeTarget(text)).toEqual(target);
});

test('keeps the last target of a name, the target for all incidents first', () => {
  expect(readUptimeTargets(['sev2=99', '99.5', 'sev2=98'])).toEqual([
    { name: 'all', percent: 99.5 },
    { name: 'sev2', percent: 98 },
  ]);
});

test('gives the downtime that a target allows, also when more is used, and without data', () => {
  const target = { name: 'all', percent: 99.9 } as const;
  expect(errorBudgetOf(target, coverage, 250)).toMatchObject({
    target: 0.999,
    budgetMs: 1_000,
    leftMs: 750,
    left: 0.75,
  });
  expect(errorBudgetOf(target, coverage, 1_500)).toMatchObject({ leftMs: -500, left: -0.5 });
  expect(errorBudgetOf(target, { ...coverage, maintenanceMs: 500_000 }, 0)).toMatchObject({ budgetMs: 500 });
  expect(errorBudgetOf(target, { ...coverage, fromMs: null, knownMs: 0 }, 0)).toMatchObject({
    budgetMs: 0,
    left: null,
  });
});
