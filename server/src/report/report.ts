// Computes the report: what happened within a range, in numbers. Pure: spans and deployments in, figures out. Each
// figure is defined in `docs/report.md`.

import type { Span } from '@anthracite/protocol/core';
import { affectedTime } from './affected-time';
import { type Coverage, coverageOf, knownPart, type Maintenance } from './coverage';
import { type Deliveries, type DeliveryFigures, readDeliveries } from './delivery';
import { type DeployEvent, reactionMs, versionMemoryMs } from './deployments';
import { type ErrorBudget, errorBudgetOf, type UptimeTarget } from './error-budget';
import { type GroupFigures, type GroupKeys, groupFigures } from './groups';
import {
  type GainFigures,
  gainFigures,
  type IncidentFigures,
  incidentFigures,
  reachesInto,
} from './incident-figures';
import type { Range } from './intervals';
import { type Changes, changesOf, type PreviousRange } from './previous';

/** The input of a report. */
export interface ReportInput {
  /** All spans that overlap the range, and incidents around it: see `reportReach`; in any order. */
  readonly spans: readonly Span[];
  /**
   * All events of types `deploy_<project>` in the range and around it; in any order. There may be many, so they are
   * read once.
   */
  readonly deploys: Iterable<DeployEvent>;
  /** Not later than now: the future is neither up nor down. */
  readonly range: Range;
  /** Start of the data; null if none exists. Nothing before it counts. */
  readonly dataFromMs: number | null;
  /** Period after a deployment in which an incident counts against it. */
  readonly failureWindowMs: number;
  /** The time that is left out of uptime. */
  readonly maintenance: Maintenance;
  /** The parts of the range with their own figures. */
  readonly periods: readonly NamedRange[];
  /** The period to compare the range with; null for none. */
  readonly previous: PreviousRange | null;
  readonly targets: readonly UptimeTarget[];
  readonly groupKeys: GroupKeys;
}

/** Figures under a name. */
export interface Part<T> {
  readonly name: string;
  readonly figures: T;
}

/** A part of a range, such as `2026-01` or `2026-Q1`. */
export interface NamedRange extends Range {
  readonly name: string;
}

/** The figures of a part of time. */
export interface RangeFigures {
  /** The part of that time that all figures are based on. */
  readonly coverage: Coverage;
  readonly incidents: IncidentFigures;
  readonly gains: GainFigures;
  readonly delivery: DeliveryFigures;
  /** One for each target. */
  readonly errorBudgets: readonly ErrorBudget[];
}

/** A part of a report for a part of its range. */
export interface PeriodPart extends NamedRange, RangeFigures {}

/** The figures of the period before the range, and the changes since then. */
export interface PreviousPart extends PreviousRange, RangeFigures {
  readonly changes: Changes;
}

export interface Report extends Range, RangeFigures {
  /** Null for an empty range, and if reading the period before would exceed the limits of a report. */
  readonly previous: PreviousPart | null;
  readonly bySeverity: readonly Part<IncidentFigures>[];
  readonly byOrigin: readonly Part<IncidentFigures>[];
  readonly byType: readonly Part<IncidentFigures>[];
  readonly byPeriod: readonly PeriodPart[];
  readonly byService: readonly GroupFigures[];
  readonly byTeam: readonly GroupFigures[];
  readonly gainsBySeverity: readonly Part<GainFigures>[];
}

const severities = ['sev1', 'sev2', 'sev3', 'sev4', 'none'] as const;
const origins = ['self', 'external', 'unknown'] as const;

/** How far around a range events and spans are read, for the figures at its edges. */
export interface Reach {
  /** Around the range. */
  readonly deploys: Range;
  readonly spans: Range;
}

/** The input that a report of a range needs. A range can include the period before. */
export function reportReach({ fromMs, untilMs }: Range, failureWindowMs: number): Reach {
  return {
    deploys: { fromMs: fromMs - versionMemoryMs - reactionMs, untilMs: untilMs + reactionMs },
    spans: { fromMs: fromMs - reactionMs, untilMs: untilMs + failureWindowMs },
  };
}

/** Assigns the incidents of a report to its deployments. */
export function deliveriesOf({ deploys, spans, failureWindowMs }: ReportInput): Deliveries {
  return readDeliveries(deploys, spans, failureWindowMs);
}

/** Computes the report. */
export function createReport(input: ReportInput, deliveries: Deliveries = deliveriesOf(input)): Report {
  const { spans, range, periods, previous, dataFromMs, maintenance, targets, groupKeys } = input;
  const known = knownPart(range, dataFromMs);
  const incidents = spans.filter(({ scale }) => scale === 'incident');
  const gains = spans.filter(({ scale }) => scale === 'gain');
  const types = incidents.filter((span) => reachesInto(span, known)).map(({ type }) => type);
  const incidentsIn = (some: readonly Span[]): IncidentFigures => incidentFigures(some, known, maintenance);
  const gainsIn = (some: readonly Span[]): GainFigures => gainFigures(some, known);
  const figuresOf = (part: Range): RangeFigures => {
    const own = knownPart(part, dataFromMs);
    const coverage = coverageOf(own, maintenance);
    const figures = incidentFigures(incidents, own, maintenance);
    const downMsOf = ({ name }: UptimeTarget): number => {
      if (name === 'all') return figures.downMs;
      const some = incidents.filter((span) => severityName(span) === name);
      return affectedTime(some, own, maintenance.excuseOf).ms;
    };
    return {
      coverage,
      incidents: figures,
      gains: gainFigures(gains, own),
      delivery: deliveries.figuresIn(own),
      errorBudgets: targets.map((target) => errorBudgetOf(target, coverage, downMsOf(target))),
    };
  };
  const whole = figuresOf(range);
  const deployed = deliveries.countsIn(known);
  const groupsBy = (keys: readonly string[]): GroupFigures[] =>
    groupFigures(keys, incidents, deployed, known, whole.coverage, maintenance);
  return {
    ...range,
    ...whole,
    previous: previous === null ? null : compare(whole, previous, figuresOf(previous)),
    bySeverity: partsBy(severities, incidents, severityName, incidentsIn),
    byOrigin: partsBy(origins, incidents, ({ origin }) => origin ?? 'unknown', incidentsIn),
    byType: partsBy([...new Set(types)].sort(), incidents, ({ type }) => type, incidentsIn),
    byPeriod: periods.map((part) => ({ ...part, ...figuresOf(part) })),
    byService: groupsBy(groupKeys.service),
    byTeam: groupsBy(groupKeys.team),
    gainsBySeverity: partsBy(severities, gains, severityName, gainsIn),
  };
}

function compare(now: RangeFigures, previous: PreviousRange, before: RangeFigures): PreviousPart {
  return { ...previous, ...before, changes: changesOf(now, before, previous) };
}

function severityName({ severity }: Span): string {
  return severity === null ? 'none' : `sev${severity}`;
}

function partsBy<T>(
  names: readonly string[],
  spans: readonly Span[],
  nameOf: (span: Span) => string,
  figuresOf: (spans: readonly Span[]) => T,
): Part<T>[] {
  const parts = new Map<string, Span[]>(names.map((name) => [name, []]));
  for (const span of spans) parts.get(nameOf(span))?.push(span);
  return Array.from(parts, ([name, some]) => ({ name, figures: figuresOf(some) }));
}
