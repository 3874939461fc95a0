// The figures of a report as a frame: a column for each, a row for the range or for each of its periods. Pure.

import { type DataFrame, type FieldConfig, FieldType } from '@grafana/data';
import type { Figures, Report, Summary } from '../request/answers';
import { columnsOf } from './columns';

const ms: FieldConfig = { unit: 'ms' };
const share: FieldConfig = { unit: 'percentunit', min: 0, max: 1 };
const whole: FieldConfig = { decimals: 0, min: 0 };

type Read = (figures: Figures) => number | null;

/** A row of columns for each of a summary's figures. */
function summaryColumns(name: string, of: (figures: Figures) => Summary): [string, Read, FieldConfig][] {
  return [
    [`${name} (mean)`, (figures) => of(figures).meanMs, ms],
    [`${name} (median)`, (figures) => of(figures).medianMs, ms],
    [`${name} (p90)`, (figures) => of(figures).p90Ms, ms],
  ];
}

/** What each column is called, where it is read, and in which unit it is. Each figure is defined in `docs/report.md`. */
const columns: readonly [string, Read, FieldConfig][] = [
  ['incidents', ({ incidents }) => incidents.count, whole],
  ['open incidents', ({ incidents }) => incidents.open, whole],
  ...summaryColumns('time to detect', ({ incidents }) => incidents.timeToDetect),
  ...summaryColumns('time to resolve', ({ incidents }) => incidents.timeToResolve),
  ...summaryColumns('time to restore', ({ incidents }) => incidents.timeToRestore),
  ...summaryColumns('time between failures', ({ incidents }) => incidents.timeBetweenFailures),
  ['uptime', ({ incidents }) => incidents.uptime, { ...share, decimals: 3 }],
  ['weighted uptime', ({ incidents }) => incidents.weightedUptime, { ...share, decimals: 3 }],
  ['down', ({ incidents }) => incidents.downMs, ms],
  ['weighted down', ({ incidents }) => incidents.weightedDownMs, ms],
  ['gains', ({ gains }) => gains.count, whole],
  ['gain time', ({ gains }) => gains.gainMs, ms],
  ['deployments', ({ delivery }) => delivery.deployments, whole],
  ['deployments per day', ({ delivery }) => delivery.deploymentsPerDay, { decimals: 2 }],
  ['failed deployments', ({ delivery }) => delivery.failed, whole],
  ['change failure rate', ({ delivery }) => delivery.changeFailureRate, share],
  ...summaryColumns('restore after deployment', ({ delivery }) => delivery.timeToRestore),
  ...summaryColumns('lead time', ({ delivery }) => delivery.leadTime),
];

/** A row for each period, at its begin; one for the whole range where it is not divided. */
export function reportFrame(report: Report, refId: string, period: string): DataFrame {
  const rows = period === '' ? [{ ...report, name: 'range' }] : report.byPeriod;
  const column = columnsOf(rows);
  return {
    refId,
    name: 'report',
    length: rows.length,
    meta: { preferredVisualisationType: 'table' },
    fields: [
      column('time', FieldType.time, ({ from }) => Date.parse(from)),
      ...(period === '' ? [] : [column('period', FieldType.string, ({ name }) => name)]),
      ...columns.map(([name, read, config]) => column(name, FieldType.number, read, config)),
    ],
  };
}
