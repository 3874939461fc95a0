// The report as text: tables with readable durations and percentages. Pure.

import {
  formatTime,
  type GroupAnswer,
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

/** The changes of figures, or the figures themselves: both have the same shape. */
type Compared = NonNullable<ReportAnswer['previous']>['changes'];

/** Formats a report. */
export function formatReport(report: ReportAnswer, { zone, table, head }: ReportLayout): string {
  const [from, until] = [Date.parse(report.from), Date.parse(report.until)];
  const shown = (time: number): string => formatTime(time, zone);
  const title = `from ${shown(from)} until ${shown(until)}: ${spellDuration(until - from)}\n${notesOf(report, shown)}${previousNote(report, shown)}`;
  const all = [
    comparisonRows(report),
    budgetRows(report),
    incidentRows(report),
    timeRows(report),
    gainRows(report),
    deliveryRows(report),
    groupRows('SERVICES', report.byService),
    groupRows('TEAMS', report.byTeam),
  ];
  const tables = all
    .filter((rows) => rows.length > 1)
    .map((rows) => {
      const [heads = [], ...aligned] = alignNumbers(rows);
      return formatTable([heads.map((text) => ({ text, colour: head })), ...aligned], table);
    });
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

function previousNote({ previous }: ReportAnswer, shown: (time: number) => string): string {
  if (previous === null) return '';
  const [from, until] = [shown(Date.parse(previous.from)), shown(Date.parse(previous.until))];
  const note = previous.coverage.from === null ? '; it has no data' : '';
  return `the ${previous.unit ?? 'period'} before: from ${from} until ${until}${note}\n`;
}

/** How values are shown, and their changes. */
interface Unit {
  readonly show: (value: number) => string;
  readonly change?: (value: number) => string;
}

// Shares change by percentage points.
const shares: Unit = { show: share, change: (value) => `${(value * 100).toFixed(4)} points` };
const durations: Unit = { show: spellDuration };
const numbers: Unit = { show: number };

// The most important figures, now and in the period before.
function comparisonRows({ previous, coverage, incidents, gains, delivery }: ReportAnswer): Row[] {
  if (previous === null) return [];
  const now = { coverage, incidents, gains, delivery };
  const compared = (
    name: string,
    { show, change: showChange = show }: Unit,
    of: (part: Compared) => number | null,
  ): Row => {
    const cell = (part: Compared, isKnown: boolean): string => {
      const value = of(part);
      return !isKnown || value === null ? '-' : show(value);
    };
    const change = of(previous.changes);
    return [
      name,
      cell(now, coverage.from !== null),
      cell(previous, previous.coverage.from !== null),
      change === null ? '-' : `${change > 0 ? '+' : change < 0 ? '-' : ''}${showChange(Math.abs(change))}`,
    ];
  };
  return [
    ['COMPARISON', 'now', `${previous.unit ?? 'period'} before`, 'change'],
    compared('uptime', shares, (part) => part.incidents.uptime),
    compared('weighted uptime', shares, (part) => part.incidents.weightedUptime),
    compared('downtime', durations, (part) => part.incidents.downMs),
    compared('incidents', numbers, (part) => part.incidents.count),
    compared('to detect, median', durations, (part) => part.incidents.timeToDetect.medianMs),
    compared('to resolve, median', durations, (part) => part.incidents.timeToResolve.medianMs),
    compared('between failures, mean', durations, (part) => part.incidents.timeBetweenFailures.meanMs),
    compared('deployments', numbers, (part) => part.delivery.deployments),
    compared('deployments per day', numbers, (part) => part.delivery.deploymentsPerDay),
    compared('change fail rate', shares, (part) => part.delivery.changeFailRate),
    compared('rework rate', shares, (part) => part.delivery.deploymentReworkRate),
    compared('change lead time, median', durations, (part) => part.delivery.changeLeadTime.medianMs),
    compared('recovery, median', durations, (part) => part.delivery.failedDeploymentRecoveryTime.medianMs),
    compared('gains', numbers, (part) => part.gains.count),
    compared('time with gains', shares, (part) => part.gains.share),
  ];
}

function budgetRows({ coverage, errorBudgets }: ReportAnswer): Row[] {
  return [
    ['ERROR BUDGET', 'target', 'budget', 'used', 'left', 'share left'],
    ...errorBudgets.map(({ name, target, budgetMs, usedMs, leftMs, left }) =>
      rowOf(name === 'all' ? 'all' : `severity ${name}`, coverage.from !== null, [
        `${Number((target * 100).toFixed(6))} %`,
        spellDuration(budgetMs),
        spellDuration(usedMs),
        `${leftMs < 0 ? '-' : ''}${spellDuration(Math.abs(leftMs))}`,
        share(left),
      ]),
    ),
  ];
}

function groupRows(title: string, groups: readonly GroupAnswer[]): Row[] {
  return [
    [title, 'incidents', 'uptime', 'down', 'deployments', 'failed', 'change fail rate'],
    ...groups.map(
      ({ kind, name, values, incidents, downMs, uptime, deployments, failed, changeFailRate }) => [
        kind === 'value' ? (name ?? '') : kind === 'others' ? `${values} others` : 'without a tag',
        String(incidents),
        share(uptime),
        spellDuration(downMs),
        String(deployments),
        String(failed),
        share(changeFailRate),
      ],
    ),
  ];
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
    figures.deploymentsPerDay === null ? '-' : number(figures.deploymentsPerDay),
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

function number(value: number): string {
  return String(Number(value.toFixed(4)));
}

// Aligns numbers to the right, and names to the left.
function alignNumbers(rows: readonly Row[]): Row[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell : cell.padStart(widths[column] ?? 0))),
  );
}
