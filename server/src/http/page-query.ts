// Reads what a view of events is asked for: the parameters of docs/query.md, as a form sends them and as links have them.

import type { FastifyRequest } from 'fastify';
import { withParameters } from '../web/address';
import { type FieldProblem, type Filter, filterNames, listedNames, openFilter } from '../web/filter';
import { readListQuery } from './event-query';
import { Parameters } from './parameters';
import { RequestError } from './request-error';

/** What a view is asked for. */
export interface PageQuery {
  readonly filter: Filter;
  /** The parameters that say something; times are read in the viewer's zone. */
  readonly parameters: Parameters;
  /** Where a browser should go instead: what a form sends has empty fields, and several words in one. Null when it is there. */
  readonly canonical: string | null;
}

const single = ['from', 'until', 'q', 'group', 'window', 'order', 'limit', 'after', 'before'] as const;
const isListed = (name: string): name is (typeof listedNames)[number] =>
  (listedNames as readonly string[]).includes(name);

/** Reads it. `own` are names of more parameters, which a view has for itself. `now` is in milliseconds since the epoch. Throws a `RequestError` for what no form and no link can send. */
export function readPageQuery(
  request: FastifyRequest,
  now: number,
  zone: string,
  own: readonly string[] = [],
): PageQuery {
  const names = [...single, ...own];
  const given = new Parameters([request.query], now, zone);
  const said: Record<string, string | string[]> = {};
  for (const name of names) {
    const value = (given.last(name) ?? '').trim();
    if (value !== '') said[name] = value;
  }
  for (const name of listedNames) {
    // Types and tags have no white space: in a form it stands between them.
    const words = new Set(given.all(name).flatMap((text) => text.split(/\s+/)));
    words.delete('');
    if (words.size > 0) said[name] = [...words];
  }
  const filter = Object.fromEntries(
    filterNames.map((name) => [name, said[name] ?? openFilter[name]]),
  ) as unknown as Filter;
  const isCanonical = [...names, ...listedNames].every((name) => {
    const values = given.all(name);
    const kept = [said[name] ?? []].flat();
    return values.length === kept.length && values.every((value, i) => value === kept[i]);
  });
  const changes = Object.fromEntries([...names, ...listedNames].map((name) => [name, said[name] ?? null]));
  return {
    filter,
    parameters: new Parameters([request.query, ...cleared(request.query, names, said)], now, zone),
    canonical: isCanonical ? null : withParameters(request.url, changes),
  };
}

// What was said, and nothing in place of what was empty.
function cleared(
  query: unknown,
  names: readonly string[],
  said: Readonly<Record<string, unknown>>,
): Record<string, unknown>[] {
  const read = Object.keys(query as object).filter((name) => isListed(name) || names.includes(name));
  return [Object.fromEntries(read.map((name) => [name, undefined])), said];
}

/** What is wrong with a query, by the field in which it was typed; null when it can be asked. */
export function problemOf({ parameters }: PageQuery, now: number): FieldProblem | null {
  for (const field of ['from', 'until'] as const) {
    const message = messageOf(() => parameters.time(field, now));
    if (message !== null) return { field, message: message.replace(`${field}: `, '') };
  }
  const message = messageOf(() => readListQuery(parameters, now));
  if (message === null) return null;
  const field = /^the parameter (\w+) is /.exec(message)?.[1] ?? null;
  return { field: filterNames.includes(field as keyof Filter) ? field : null, message };
}

function messageOf(read: () => unknown): string | null {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}
