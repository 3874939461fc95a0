// The report as text: tables with readable durations and percentages. Pure.

import {
  formatTime,
  type ReportAnswer,
  type ReportFigures,
  type SummaryAnswer,
  spellDuration,
} from '@anthracite/protocol';
import { formatTable, type Part, type TableLayout } from './table';

/** The layout of the report. */
export interface ReportLayout {
  readonly zone: string;
  readonly table: TableLayout;
  /** The colour of the first line of a table. */
  readonly head: Part['colour'];
}

type Row = readonly string[];

/** Formats a report. */
export function formatReport(report: ReportAnswer, { zone, table, head }: ReportLayout): string {
  const [from, until] = [Date.parse(report.from), Date.parse(report.until)];
  const shown = (time: number): string => formatTime(time, zone);
  const title = `from ${shown(from)} until ${shown(until)}: ${spellDuration(until - from)}\n${notesOf(report, shown)}`;
  const tables = [incidentRows(report), timeRows(report), gainRows(report), deliveryRows(report)].map(
    ([first = [], ...rows]) => {
      const [heads = [], ...aligned] = alignNumbers([first, ...rows]);
      return formatTable([heads.map((text) => ({ text, colour: head })), ...aligned], table);
    },
  );
  return [title, ...tables].join('\n');
}

// Notes on the data of the figures, one per line.
function notesOf(
  { from, coverage, incidents, gains }: ReportAnswer,
  shown: (time: number) => string,
): string {
  const { from: dataFrom, knownMs, maintenanceMs, maintenanceIgnored } = coverage;
  if (dataFrom === null) return 'no data in this range\n';
  const odd = incidents.oddMarks + gains.oddMarks;
  const all = incidents.spans.length + gains.spans.length;
  return [
    ...(dataFrom === from
      ? []
      : [
          `data starts at ${shown(Date.parse(dataFrom))}; all figures cover the ${spellDuration(knownMs)} since then`,
        ]),
    ...(maintenanceMs > 0 ? [`maintenance excluded from uptime: ${spellDuration(maintenanceMs)}`] : []),
    ...(maintenanceIgnored > 0
      ? [`maintenance windows without a start or an end, not excluded: ${maintenanceIgnored}`]
      : []),
    ...(odd > 0
      ? [`incidents and gains with inconsistent marks: ${odd} of ${all}; their times may be wrong`]
      : []),
  ]
    .map((note) => `${note}\n`)
    .join('');
}

/** A row of figures, or of dashes if there is no data. */
function rowOf(name: string, isKnown: boolean, cells: Row): Row {
  return [name, ...(isKnown ? cells : cells.map(() => '-'))];
}

function incidentRows(report: ReportAnswer): Row[] {
  const { coverage, incidents, bySeverity, byOrigin, byType, byPeriod } = report;
  const cells = (figures: ReportFigures['incidents']): Row => [
    String(figures.count),
    String(figures.open),
    share(figures.uptime),
    share(figures.weightedUptime),
    spellDuration(figures.downMs),
    spellDuration(figures.weightedDownMs),
  ];
  // Rows with only zeros are left out.
  const parts = (some: ReportAnswer['byType'], prefix: string): Row[] =>
    some
      .filter(({ figures }) => figures.spans.length > 0)
      .map(({ name, figures }) => [prefix + name, ...cells(figures)]);
  return [
    ['INCIDENTS', 'count', 'open', 'uptime', 'weighted', 'down', 'weighted down'],
    rowOf('all', coverage.from !== null, cells(incidents)),
    ...parts(bySeverity, 'severity '),
    ...parts(byOrigin, 'origin '),
    ...parts(byType, 'type '),
    ...byPeriod.map((part) => rowOf(part.name, part.coverage.from !== null, cells(part.incidents))),
  ];
}

function timeRows({ incidents, gains, delivery }: ReportAnswer): Row[] {
  const row = (name: string, { count, meanMs, medianMs, p90Ms }: SummaryAnswer): Row => [
    name,
    String(count),
    ...[meanMs, medianMs, p90Ms].map((ms) => (ms === null ? '-' : spellDuration(ms))),
  ];
  return [
    ['TIMES', 'count', 'mean', 'median', 'p90'],
    row('to detect', incidents.timeToDetect),
    row('to resolve', incidents.timeToResolve),
    row('detection to end', incidents.timeToRestore),
    row('between failures', incidents.timeBetweenFailures),
    row('change lead time', delivery.changeLeadTime),
    row('failed deployment recovery', delivery.failedDeploymentRecoveryTime),
    row('gain duration', gains.duration),
  ];
}

function gainRows({ coverage, gains, gainsBySeverity, byPeriod }: ReportAnswer): Row[] {
  const cells = (figures: ReportFigures['gains']): Row => [
    String(figures.count),
    String(figures.open),
    share(figures.share),
    spellDuration(figures.gainMs),
    spellDuration(figures.weightedGainMs),
  ];
  return [
    ['GAINS', 'count', 'open', 'share', 'time', 'weighted time'],
    rowOf('all', coverage.from !== null, cells(gains)),
    ...gainsBySeverity
      .filter(({ figures }) => figures.spans.length > 0)
      .map(({ name, figures }) => [`severity ${name}`, ...cells(figures)]),
    ...byPeriod.map((part) => rowOf(part.name, part.coverage.from !== null, cells(part.gains))),
  ];
}

function deliveryRows({ coverage, delivery, byPeriod }: ReportAnswer): Row[] {
  const cells = (figures: ReportFigures['delivery']): Row => [
    String(figures.deployments),
    figures.deploymentsPerDay === null ? '-' : String(Number(figures.deploymentsPerDay.toFixed(4))),
    String(figures.failed),
    String(figures.aborted),
    String(figures.rollbacks),
    String(figures.rework),
    share(figures.changeFailRate),
    share(figures.deploymentReworkRate),
    String(figures.commitsLeftOut),
  ];
  return [
    [
      'DELIVERY',
      'deployments',
      'per day',
      'failed',
      'aborted',
      'rollbacks',
      'rework',
      'change fail rate',
      'rework rate',
      'commits left out',
    ],
    rowOf('all', coverage.from !== null, cells(delivery)),
    ...byPeriod.map((part) => rowOf(part.name, part.coverage.from !== null, cells(part.delivery))),
  ];
}

function share(value: number | null): string {
  return value === null ? '-' : `${(value * 100).toFixed(4)} %`;
}

// Aligns numbers to the right, and names to the left.
function alignNumbers(rows: readonly Row[]): Row[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell : cell.padStart(widths[column] ?? 0))),
  );
}
