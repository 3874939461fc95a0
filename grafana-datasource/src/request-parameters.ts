// From a query to the parameters of Anthracite's HTTP API. Pure.

import type { CompleteQuery } from './query';

/** A range in milliseconds since the epoch, both ends included. */
export interface TimeRangeMs {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Parameters of a request; a list is repeated. */
export type RequestParameters = Readonly<Record<string, string | readonly string[]>>;

/** The parameters that choose events; see `docs/query.md`. */
export function filterParameters(query: CompleteQuery, { fromMs, untilMs }: TimeRangeMs): RequestParameters {
  return withoutEmpty({
    from: new Date(fromMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    type: query.types,
    any: query.anyTags,
    all: query.allTags,
    none: query.noTags,
    q: query.text,
  });
}

/** Those of a list: filter, groups and limit. When it is cut the newest are left. */
export function listParameters(query: CompleteQuery, range: TimeRangeMs, limit: number): RequestParameters {
  return withoutEmpty({
    ...filterParameters(query, range),
    group: query.groupBy,
    window: query.groupBy === '' ? '' : query.groupWindow,
    order: 'descending',
    limit: String(query.limit ?? limit),
  });
}

function withoutEmpty(parameters: RequestParameters): RequestParameters {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value.length > 0));
}

/** The parameters as they stand in a URL. */
export function formatParameters(parameters: RequestParameters): string {
  const pairs = Object.entries(parameters).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as [string, string]),
  );
  return new URLSearchParams(pairs).toString();
}
