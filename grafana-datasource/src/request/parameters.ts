// From a query to the parameters of Anthracite's HTTP API. Pure.

import type { CompleteQuery } from '../query/query';

/** A range in milliseconds since the epoch, both ends included. */
export interface TimeRangeMs {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Parameters of a request; a list is repeated, and what is empty is left out. */
export type RequestParameters = Readonly<Record<string, string | readonly string[]>>;

/** The parameters that choose events; see `docs/query.md`. */
export function filterParameters(query: CompleteQuery, { fromMs, untilMs }: TimeRangeMs): RequestParameters {
  return {
    from: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    type: query.types,
    any: query.anyTags,
    all: query.allTags,
    none: query.noTags,
    q: query.text,
  };
}

/** Those of a timeline. When it is cut the newest are left. */
export function timelineParameters(
  query: CompleteQuery,
  range: TimeRangeMs,
  show: CompleteQuery['show'],
  limit: number,
): RequestParameters {
  return {
    ...filterParameters(query, range),
    show,
    ...(show !== 'points' && {
      state: query.spanState,
      scale: query.spanScale,
      severity: query.severities,
    }),
    group: query.groupBy,
    window: query.groupBy === '' ? '' : query.groupWindow,
    limit: String(limit),
  };
}

/** Those of counts. */
export function countParameters(
  query: CompleteQuery,
  range: TimeRangeMs,
  interval: string,
): RequestParameters {
  return { ...filterParameters(query, range), interval, by: query.countBy };
}

/** Those of a report. */
export function reportParameters(query: CompleteQuery, range: TimeRangeMs): RequestParameters {
  return { ...filterParameters(query, range), period: query.period };
}

/** The parameters as they stand in a URL. */
export function formatParameters(parameters: RequestParameters): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((one) => one !== '')
      .map((one) => [name, one] as [string, string]),
  );
  return new URLSearchParams(pairs).toString();
}
