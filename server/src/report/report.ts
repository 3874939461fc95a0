// The report: what happened to the business within a range, in numbers. Pure: spans and deployments in, figures out.
// Each figure is defined in `docs/report.md`.

import type { Span } from '@anthracite/protocol/core';
import type { Range } from './affected-time';
import { type DeliveryFigures, type DeployEvent, readDeliveries } from './deployments';
import {
  type GainFigures,
  gainFigures,
  type IncidentFigures,
  incidentFigures,
  reachesInto,
} from './incident-figures';

/** What a report is made of. */
export interface ReportInput {
  /** All spans that reach into the range, and incidents up to `failureWindowMs` behind it; in any order. */
  readonly spans: readonly Span[];
  /** All events of types `deploy_<project>` in the range; in any order. There may be many: they are gone through once. */
  readonly deploys: Iterable<DeployEvent>;
  /** Not beyond now: what has not been yet is neither up nor down. */
  readonly range: Range;
  /** The parts of the range that get figures of their own. */
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

/** A part of a report that is a part of its range. */
export interface PeriodPart extends NamedRange {
  readonly incidents: IncidentFigures;
  readonly gains: GainFigures;
  readonly delivery: DeliveryFigures;
}

export interface Report extends Range {
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

/** Makes the report. */
export function createReport({ spans, deploys, range, periods }: ReportInput): Report {
  const incidents = spans.filter(({ scale }) => scale === 'incident');
  const gains = spans.filter(({ scale }) => scale === 'gain');
  const deliveryIn = readDeliveries(deploys, spans);
  const types = incidents.filter((span) => reachesInto(span, range)).map(({ type }) => type);
  const incidentsIn = (some: readonly Span[]): IncidentFigures => incidentFigures(some, range);
  const gainsIn = (some: readonly Span[]): GainFigures => gainFigures(some, range);
  return {
    ...range,
    incidents: incidentsIn(incidents),
    bySeverity: partsBy(severities, incidents, severityName, incidentsIn),
    byOrigin: partsBy(origins, incidents, ({ origin }) => origin ?? 'unknown', incidentsIn),
    byType: partsBy([...new Set(types)].sort(), incidents, ({ type }) => type, incidentsIn),
    byPeriod: periods.map((part) => ({
      ...part,
      incidents: incidentFigures(incidents, part),
      gains: gainFigures(gains, part),
      delivery: deliveryIn(part),
    })),
    gains: gainsIn(gains),
    gainsBySeverity: partsBy(severities, gains, severityName, gainsIn),
    delivery: deliveryIn(range),
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
