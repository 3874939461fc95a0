// The figures of a report as a frame: one column per figure, one row for the range or per period. Pure.

import type { ReportAnswer, ReportFigures, SummaryAnswer } from '@anthracite/protocol';
import { type DataFrame, type FieldConfig, FieldType } from '@grafana/data';
import { columnsOf } from './columns';

const ms: FieldConfig = { unit: 'ms' };
const share: FieldConfig = { unit: 'percentunit', min: 0, max: 1 };
const whole: FieldConfig = { decimals: 0, min: 0 };

type Read = (figures: ReportFigures) => number | null;

/** The columns of a summary: mean, median and p90. */
function summaryColumns(
  name: string,
  of: (figures: ReportFigures) => SummaryAnswer,
): [string, Read, FieldConfig][] {
  return [
    [`${name} (mean)`, (figures) => of(figures).meanMs, ms],
    [`${name} (median)`, (figures) => of(figures).medianMs, ms],
    [`${name} (p90)`, (figures) => of(figures).p90Ms, ms],
  ];
}

/** Name, source and unit of each column. The figures are defined in `docs/report.md`. */
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
  ['change fail rate', ({ delivery }) => delivery.changeFailRate, share],
  ['deployment rework rate', ({ delivery }) => delivery.deploymentReworkRate, share],
  ...summaryColumns(
    'failed deployment recovery time',
    ({ delivery }) => delivery.failedDeploymentRecoveryTime,
  ),
  ...summaryColumns('change lead time', ({ delivery }) => delivery.changeLeadTime),
];

/** The basis of the other figures. */
const coverageColumns: readonly [string, Read, FieldConfig][] = [
  ['incidents with inconsistent marks', ({ incidents }) => incidents.oddMarks, whole],
  ['time with data', ({ coverage }) => coverage.knownMs, ms],
  ['excluded maintenance', ({ coverage }) => coverage.maintenanceMs, ms],
];

// Without data a count is unknown, not 0.
const whereKnown =
  (read: Read): Read =>
  (figures) =>
    figures.coverage.from === null ? null : read(figures);

/** One row per period, at its start; one row for the whole range without periods. */
export function reportFrame(report: ReportAnswer, refId: string, period: string): DataFrame {
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
      ...columns.map(([name, read, config]) => column(name, FieldType.number, whereKnown(read), config)),
      ...coverageColumns.map(([name, read, config]) => column(name, FieldType.number, read, config)),
    ],
  };
}
