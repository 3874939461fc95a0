// Reads the query of an HTML view of events: the parameters of docs/query.md, as forms send them and as links contain
// them.

import { eventLimits } from '@anthracite/protocol';
import type { FastifyRequest } from 'fastify';
import { withParameters } from '../../../web/address';
import { type FieldProblem, type Filter, filterNames, listedNames } from '../../../web/filter';
import { filterParameters, listParameters, readListQuery, readRange } from './event-query';
import { Parameters } from './parameters';
import { RequestError } from './request-error';

/** The query of a view. */
export interface PageQuery {
  readonly filter: Filter;
  /** The parameters that have a value; times are read in the viewer's zone. */
  readonly parameters: Parameters;
  /**
   * Where to redirect the browser, because a form sends empty fields, and several words in one field. Null when the
   * address is already canonical.
   */
  readonly canonical: string | null;
}

const single = ['from', 'until', 'q', 'group', 'window', 'order', 'limit', 'after', 'before'] as const;
const isListed = (name: string): name is (typeof listedNames)[number] =>
  (listedNames as readonly string[]).includes(name);

// The forms have no field for it, and a list must not be narrower than its form says.
const withoutField = { some: undefined };

/**
 * Reads the query. `own` names additional parameters of the view. `now` is in milliseconds since the epoch. Throws a
 * `RequestError` for values that neither forms nor links can send.
 */
export function readPageQuery(
  request: FastifyRequest,
  now: number,
  zone: string,
  own: readonly string[] = [],
): PageQuery {
  const names = [...single, ...own];
  const given = new Parameters([request.query], now, zone);
  const textOf = (name: string): string => (given.last(name) ?? '').trim();
  // Types and tags contain no white space: in a form, it separates them.
  const wordsOf = (name: string): readonly string[] => [
    ...new Set(
      given
        .all(name)
        .flatMap((text) => text.split(/\s+/))
        .filter((word) => word !== ''),
    ),
  ];
  const filter: Filter = {
    ...{ from: textOf('from'), until: textOf('until'), q: textOf('q') },
    ...{ type: wordsOf('type'), any: wordsOf('any'), all: wordsOf('all'), none: wordsOf('none') },
    ...{ group: textOf('group'), window: textOf('window') },
  };
  const said: Readonly<Record<string, string | readonly string[]>> = Object.fromEntries(
    [
      ...names.map((name): [string, string] => [name, textOf(name)]),
      ...listedNames.map((name): [string, readonly string[]] => [name, filter[name]]),
    ].filter(([, value]) => value.length > 0),
  );
  const isCanonical = [...names, ...listedNames].every((name) => {
    const values = given.all(name);
    const kept = [said[name] ?? []].flat();
    return values.length === kept.length && values.every((value, i) => value === kept[i]);
  });
  const changes = Object.fromEntries([...names, ...listedNames].map((name) => [name, said[name] ?? null]));
  return {
    filter,
    parameters: new Parameters(
      [request.query, withoutField, ...cleared(request.query, names, said)],
      now,
      zone,
    ),
    canonical: isCanonical ? null : withParameters(request.url, changes),
  };
}

// Only the parameters with a value.
function cleared(
  query: unknown,
  names: readonly string[],
  said: Readonly<Record<string, unknown>>,
): Record<string, unknown>[] {
  const read = Object.keys(query as object).filter((name) => isListed(name) || names.includes(name));
  return [Object.fromEntries(read.map((name) => [name, undefined])), said];
}

/**
 * The error in a query, with the field in which it was typed; null when the query is valid. Without a `from` the range
 * starts at `fromMs`, in milliseconds since the epoch.
 */
export function problemOf(
  { parameters }: PageQuery,
  now: number,
  fromMs: number = eventLimits.minTimeMs,
): FieldProblem | null {
  for (const field of ['from', 'until'] as const) {
    const refusal = refusalOf(() => parameters.value(field, filterParameters[field]));
    if (refusal !== null) return { field, message: String(refusal.facts['why'] ?? refusal.message) };
  }
  const refusal = refusalOf(() => {
    const values = parameters.read(listParameters);
    readRange(values, { fromMs, untilMs: now });
    readListQuery(values, now);
  });
  if (refusal === null) return null;
  const field = filterNames.find((name) => name === refusal.facts['name']) ?? null;
  return { field, message: refusal.message };
}

function refusalOf(read: () => unknown): RequestError | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
}
