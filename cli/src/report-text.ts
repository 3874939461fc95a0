// The report for a terminal: its figures in tables, durations and shares as people read them. Pure.

import { formatTime, spellDuration } from '@anthracite/protocol';
import type {
  DeliveryFigures,
  GainFigures,
  IncidentFigures,
  PeriodPart,
  Report,
  Summary,
} from '@anthracite/server/core';
import { formatTable, type Part, type TableLayout } from './table';

type WithoutRange<T> = Omit<T, 'fromMs' | 'untilMs'>;

/** A report as `GET /report` answers it: ranges are in ISO 8601. */
export interface ReportAnswer extends WithoutRange<Omit<Report, 'byPeriod'>> {
  readonly from: string;
  readonly until: string;
  readonly byPeriod: readonly WithoutRange<PeriodPart>[];
}

/** How it is shown. */
export interface ReportLayout {
  readonly zone: string;
  readonly table: TableLayout;
  /** The colour of the first line of a table. */
  readonly head: Part['colour'];
}

type Row = readonly string[];

/** Writes it. */
export function formatReport(report: ReportAnswer, { zone, table, head }: ReportLayout): string {
  const [from, until] = [Date.parse(report.from), Date.parse(report.until)];
  const shown = (time: number): string => formatTime(time, zone);
  const title = `from ${shown(from)} until ${shown(until)}: ${spellDuration(until - from)}\n`;
  const tables = [incidentRows(report), timeRows(report), gainRows(report), deliveryRows(report)].map(
    ([first = [], ...rows]) => {
      const [heads = [], ...aligned] = alignNumbers([first, ...rows]);
      return formatTable([heads.map((text) => ({ text, colour: head })), ...aligned], table);
    },
  );
  return [title, ...tables].join('\n');
}

function incidentRows({ incidents, bySeverity, byOrigin, byType, byPeriod }: ReportAnswer): Row[] {
  const row = (name: string, figures: IncidentFigures): Row => [
    name,
    String(figures.count),
    String(figures.open),
    share(figures.uptime),
    share(figures.weightedUptime),
    spellDuration(figures.downMs),
    spellDuration(figures.weightedDownMs),
  ];
  // Of what there was nothing of, only zeros could be told.
  const parts = (some: ReportAnswer['byType'], prefix: string): Row[] =>
    some
      .filter(({ figures }) => figures.spans.length > 0)
      .map(({ name, figures }) => row(prefix + name, figures));
  return [
    ['INCIDENTS', 'count', 'open', 'uptime', 'weighted', 'down', 'weighted down'],
    row('all', incidents),
    ...parts(bySeverity, 'severity '),
    ...parts(byOrigin, 'origin '),
    ...parts(byType, 'type '),
    ...byPeriod.map((part) => row(part.name, part.incidents)),
  ];
}

function timeRows({ incidents, gains, delivery }: ReportAnswer): Row[] {
  const row = (name: string, { count, meanMs, medianMs, p90Ms }: Summary): Row => [
    name,
    String(count),
    ...[meanMs, medianMs, p90Ms].map((ms) => (ms === null ? '-' : spellDuration(ms))),
  ];
  return [
    ['TIMES', 'count', 'mean', 'median', 'p90'],
    row('to detect', incidents.timeToDetect),
    row('to resolve', incidents.timeToResolve),
    row('from detection to end', incidents.timeToRestore),
    row('between failures', incidents.timeBetweenFailures),
    row('to restore a deployment', delivery.timeToRestore),
    row('from commit to deployment', delivery.leadTime),
    row('of a gain', gains.duration),
  ];
}

function gainRows({ gains, gainsBySeverity, byPeriod }: ReportAnswer): Row[] {
  const row = (name: string, figures: GainFigures): Row => [
    name,
    String(figures.count),
    String(figures.open),
    share(figures.share),
    spellDuration(figures.gainMs),
    spellDuration(figures.weightedGainMs),
  ];
  return [
    ['GAINS', 'count', 'open', 'share', 'time', 'weighted time'],
    row('all', gains),
    ...gainsBySeverity
      .filter(({ figures }) => figures.spans.length > 0)
      .map(({ name, figures }) => row(`severity ${name}`, figures)),
    ...byPeriod.map((part) => row(part.name, part.gains)),
  ];
}

function deliveryRows({ delivery, byPeriod }: ReportAnswer): Row[] {
  const row = (name: string, figures: DeliveryFigures): Row => [
    name,
    String(figures.deployments),
    figures.deploymentsPerDay === null ? '-' : String(Number(figures.deploymentsPerDay.toFixed(4))),
    String(figures.failed),
    share(figures.changeFailureRate),
    String(figures.leadTimesLeftOut),
  ];
  return [
    ['DELIVERY', 'deployments', 'a day', 'failed', 'failure rate', 'commits left out'],
    row('all', delivery),
    ...byPeriod.map((part) => row(part.name, part.delivery)),
  ];
}

function share(value: number | null): string {
  return value === null ? '-' : `${(value * 100).toFixed(4)} %`;
}

// Numbers stand with their last digits below each other; names do not.
function alignNumbers(rows: readonly Row[]): Row[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell : cell.padStart(widths[column] ?? 0))),
  );
}
