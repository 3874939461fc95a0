// Computes the report: what happened within a range, in numbers. Pure: spans and deployments in, figures out. Each
// figure is defined in `docs/report.md`.

import type { Span } from '@anthracite/protocol/core';
import { type Coverage, coverageOf, knownPart, type Maintenance } from './coverage';
import { type DeliveryFigures, readDeliveries } from './delivery';
import { type DeployEvent, reactionMs, versionMemoryMs } from './deployments';
import {
  type GainFigures,
  gainFigures,
  type IncidentFigures,
  incidentFigures,
  reachesInto,
} from './incident-figures';
import type { Range } from './intervals';

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

/** A part of a report for a part of its range. */
export interface PeriodPart extends NamedRange {
  readonly coverage: Coverage;
  readonly incidents: IncidentFigures;
  readonly gains: GainFigures;
  readonly delivery: DeliveryFigures;
}

export interface Report extends Range {
  /** The part of the range that all figures are based on. */
  readonly coverage: Coverage;
  readonly incidents: IncidentFigures;
  readonly bySeverity: readonly Part<IncidentFigures>[];
  readonly byOrigin: readonly Part<IncidentFigures>[];
  readonly byType: readonly Part<IncidentFigures>[];
  readonly byPeriod: readonly PeriodPart[];
  readonly gains: GainFigures;
  readonly gainsBySeverity: readonly Part<GainFigures>[];
  readonly delivery: DeliveryFigures;
}

const severities = ['sev1', 'sev2', 'sev3', 'sev4', 'none'] as const;
const origins = ['self', 'external', 'unknown'] as const;

/** How far around a range events and spans are read, for the figures at its edges. */
export interface Reach {
  /** Around the range. */
  readonly deploys: Range;
  readonly spans: Range;
}

/** The input that a report of a range needs. */
export function reportReach({ fromMs, untilMs }: Range, failureWindowMs: number): Reach {
  return {
    deploys: { fromMs: fromMs - versionMemoryMs - reactionMs, untilMs: untilMs + reactionMs },
    spans: { fromMs: fromMs - reactionMs, untilMs: untilMs + failureWindowMs },
  };
}

/** Computes the report. */
export function createReport(input: ReportInput): Report {
  const { spans, deploys, range, periods, dataFromMs, failureWindowMs, maintenance } = input;
  const known = knownPart(range, dataFromMs);
  const incidents = spans.filter(({ scale }) => scale === 'incident');
  const gains = spans.filter(({ scale }) => scale === 'gain');
  const deliveryIn = readDeliveries(deploys, spans, failureWindowMs);
  const types = incidents.filter((span) => reachesInto(span, known)).map(({ type }) => type);
  const incidentsIn = (some: readonly Span[]): IncidentFigures => incidentFigures(some, known, maintenance);
  const gainsIn = (some: readonly Span[]): GainFigures => gainFigures(some, known);
  return {
    ...range,
    coverage: coverageOf(known, maintenance),
    incidents: incidentsIn(incidents),
    bySeverity: partsBy(severities, incidents, severityName, incidentsIn),
    byOrigin: partsBy(origins, incidents, ({ origin }) => origin ?? 'unknown', incidentsIn),
    byType: partsBy([...new Set(types)].sort(), incidents, ({ type }) => type, incidentsIn),
    byPeriod: periods.map((part) => {
      const own = knownPart(part, dataFromMs);
      return {
        ...part,
        coverage: coverageOf(own, maintenance),
        incidents: incidentFigures(incidents, own, maintenance),
        gains: gainFigures(gains, own),
        delivery: deliveryIn(own),
      };
    }),
    gains: gainsIn(gains),
    gainsBySeverity: partsBy(severities, gains, severityName, gainsIn),
    delivery: deliveryIn(known),
  };
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
