// Lists the events of the figures of a report as rows of tables: failed deployments, rework, incidents with inconsistent marks. Pure.

import type { Span, SpanProblem } from '@anthracite/protocol/core';
import type { Deliveries, FailedDeployment, ListedDeployment, ReworkDeployment } from './delivery';
import { isInconsistent, reachesInto, timeToResolve } from './incident-figures';
import type { Range } from './intervals';

/** A deployment with the title of its event. */
export interface TitledDeployment extends ListedDeployment {
  readonly title: string;
}

/** An incident, in a table. */
export interface ListedIncident {
  readonly id: number;
  readonly title: string;
  readonly begin: number;
  /** Null while it is open, or if one of its marks is missing. */
  readonly timeToResolve: number | null;
}

export interface FailedRow extends TitledDeployment, Pick<FailedDeployment, 'isAborted' | 'rolledBack'> {
  /** The incidents that are attributed to it, longest first. */
  readonly incidents: readonly ListedIncident[];
  readonly moreIncidents: number;
}

export interface ReworkRow extends TitledDeployment, Pick<ReworkDeployment, 'reason' | 'replaced'> {}

export interface OddRow extends ListedIncident {
  readonly problems: readonly SpanProblem[];
}

/** The newest rows of each table. */
export interface ReportTables {
  readonly failed: readonly FailedRow[];
  readonly rework: readonly ReworkRow[];
  readonly odd: readonly OddRow[];
}

/** The rows, still without titles. */
export interface TableRows {
  readonly failed: readonly FailedDeployment[];
  readonly rework: readonly ReworkDeployment[];
  readonly odd: readonly Span[];
}

const maxRows = 50;
const maxIncidents = 5;

/** The rows of the tables, of the part of the range with data; `spans` are in order of their start. */
export function tableRows(spans: readonly Span[], deliveries: Deliveries, known: Range): TableRows {
  return {
    failed: deliveries
      .failedIn(known, maxRows)
      .map((one) => ({ ...one, incidents: one.incidents.toSorted((a, b) => lengthOf(b) - lengthOf(a)) })),
    rework: deliveries.reworkIn(known, maxRows),
    odd: spans
      .filter((span) => span.scale === 'incident' && reachesInto(span, known) && isInconsistent(span))
      .slice(-maxRows)
      .reverse(),
  };
}

/** The ids of the events whose titles the tables show. */
export function titledIds({ failed, rework, odd }: TableRows): number[] {
  const incidents = failed.flatMap((one) => one.incidents.slice(0, maxIncidents));
  return [...new Set([...failed, ...rework, ...incidents, ...odd].map(({ id }) => id))];
}

/** The tables with their titles. */
export function createTables(
  { failed, rework, odd }: TableRows,
  titleOf: (one: { readonly id: number }) => string,
): ReportTables {
  const incident = (span: Span): ListedIncident => ({
    id: span.id,
    title: titleOf(span),
    begin: span.begin,
    timeToResolve: timeToResolve(span)[0] ?? null,
  });
  return {
    failed: failed.map(({ incidents, ...one }) => ({
      ...one,
      title: titleOf(one),
      incidents: incidents.slice(0, maxIncidents).map(incident),
      moreIncidents: Math.max(0, incidents.length - maxIncidents),
    })),
    rework: rework.map((one) => ({ ...one, title: titleOf(one) })),
    odd: odd.map((span) => ({ ...incident(span), problems: span.problems })),
  };
}

function lengthOf({ begin, end }: Span): number {
  return (end ?? Number.POSITIVE_INFINITY) - begin;
}
