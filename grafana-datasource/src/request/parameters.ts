// Converts a query to parameters of Anthracite's HTTP API. Pure.

import type { CompleteQuery, Show } from '../query/query';

/** A range in milliseconds since the epoch, both ends included. */
export interface TimeRangeMs {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Parameters of a request; a list is repeated, and empty values are omitted. */
export type RequestParameters = Readonly<Record<string, string | readonly string[]>>;

// Tags contain no space; a space separates alternatives.
const hasAlternatives = (tag: string): boolean => tag.includes(' ');

/** The filter parameters; see `docs/query.md`. */
export function filterParameters(query: CompleteQuery, { fromMs, untilMs }: TimeRangeMs): RequestParameters {
  return {
    from: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    type: query.types,
    any: query.anyTags,
    all: query.allTags.filter((tag) => !hasAlternatives(tag)),
    some: query.allTags.filter(hasAlternatives),
    none: query.noTags,
    q: query.text,
  };
}

/** The parameters that choose spans; see `docs/spans.md`. */
export function spanParameters(query: CompleteQuery): RequestParameters {
  return { state: query.spanState, scale: query.spanScale, severity: query.severities };
}

/** The parameters of a timeline. If it is truncated, it has the newest events and spans. */
export function timelineParameters(
  query: CompleteQuery,
  range: TimeRangeMs,
  show: Exclude<Show, 'suspects'>,
  limit: number,
): RequestParameters {
  return {
    ...filterParameters(query, range),
    show,
    ...(show !== 'points' && spanParameters(query)),
    group: query.groupBy,
    window: query.groupBy === '' ? '' : query.groupWindow,
    limit: String(limit),
  };
}

/** The parameters of counts. `zone` is the time zone of calendar intervals; empty: the server's. */
export function countParameters(
  query: CompleteQuery,
  range: TimeRangeMs,
  interval: string,
  zone: string,
): RequestParameters {
  return { ...filterParameters(query, range), interval, by: query.countBy, tz: zone };
}

/** The parameters of a report. `zone` is the time zone of its periods; empty: the server's. */
export function reportParameters(query: CompleteQuery, range: TimeRangeMs, zone: string): RequestParameters {
  return { ...filterParameters(query, range), period: query.period, tz: zone };
}

/** The parameters as a query string. */
export function formatParameters(parameters: RequestParameters): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((one) => one !== '')
      .map((one) => [name, one] as [string, string]),
  );
  return new URLSearchParams(pairs).toString();
}
