// Reads the query that all lists of events share. The same names and meanings everywhere; see docs/query.md.

import { eventLimits, parseSearch, preview } from '@anthracite/protocol';
import type { Cursor, EventQuery, Grouping } from '../store/event-store';
import { parseDuration } from './interval';
import type { Parameters } from './parameters';
import { RequestError } from './request-error';

/** The parameters that choose events, and what each means: for the docs of the API. */
export const filterParameters = {
  from: 'the begin of the range, included',
  until: 'the end of the range, included',
  type: 'a type, or a pattern with `*`; with `!` before it, one to leave out; may be repeated',
  any: 'a tag, or a pattern with `*`: events that have any of these; may be repeated',
  all: 'a tag, or a pattern with `*`: events that have all of these; may be repeated',
  none: 'a tag, or a pattern with `*`: events that have none of these; may be repeated',
  q: 'text to be found in type, tags and description: words, "phrases", prefix*, -not',
} as const;

/** The parameters that fold events into groups. */
export const groupParameters = {
  group:
    'the key of a tag: events of one type that share its value and lie close together are folded into one',
  window: 'how far apart two neighbours in a group may be, such as `30min`; 15min by default, 24h at most',
} as const;

/** The parameters that say in which order, how many, and from where. */
export const pageParameters = {
  order: '`ascending` or `descending` in time',
  limit: 'at most so many, or `all`',
  after: 'go on behind a page: its `next`',
} as const;

/** Names of the parameters that choose events. */
export const filterNames = Object.keys(filterParameters);
/** All parameters of a list. */
export const listParameters = { ...filterParameters, ...groupParameters, ...pageParameters } as const;

const defaultLimit = 1_000;
const maxLimit = 1e9;
const defaultWindowMs = 15 * 60_000;
const maxWindowMs = 24 * 3_600_000;

/** The part of a list that is asked for. */
export interface ListQuery {
  readonly query: EventQuery;
  /** At most so many events; Infinity for all. */
  readonly limit: number;
  readonly after: Cursor | null;
  readonly grouping: Grouping | null;
}

/** Reads which events are asked for; all up to `now` when nothing is said. Throws a `RequestError`. */
export function readEventQuery(
  parameters: Parameters,
  now: number,
  defaultOrder: EventQuery['order'] = 'ascending',
): EventQuery {
  const searched = parameters.all('q').join(' ');
  return {
    fromMs: parameters.time('from', eventLimits.minTimeMs),
    untilMs: parameters.time('until', now),
    types: parameters.all('type'),
    any: parameters.all('any'),
    all: parameters.all('all'),
    none: parameters.all('none'),
    ...(searched !== '' && { search: parseSearch(searched) }),
    order: parameters.choice('order', defaultOrder, ['ascending', 'descending']),
  };
}

/** Reads the query of a list, with its order and page. Throws a `RequestError`. */
export function readListQuery(
  parameters: Parameters,
  now: number,
  defaults: { readonly order?: EventQuery['order']; readonly limit?: number } = {},
): ListQuery {
  const { order = 'ascending', limit = defaultLimit } = defaults;
  return {
    query: readEventQuery(parameters, now, order),
    limit:
      parameters.last('limit') === 'all'
        ? Number.POSITIVE_INFINITY
        : parameters.whole('limit', limit, 1, maxLimit),
    after: parseCursor(parameters.last('after')),
    grouping: readGrouping(parameters),
  };
}

/** Reads how events are folded; null when they are not. Throws a `RequestError`. */
export function readGrouping(parameters: Parameters): Grouping | null {
  const key = parameters.last('group');
  const window = parameters.last('window');
  const windowMs = window === undefined ? defaultWindowMs : (parseDuration(window) ?? 0);
  if (!(windowMs > 0 && windowMs <= maxWindowMs)) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'window',
      value: preview(window ?? ''),
      expected: 'a number and s, min or h, such as 30min, at most 24h',
    });
  }
  if (key === undefined) return null;
  if (key === '' || /[\s;=]/.test(key)) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'group',
      value: preview(key),
      expected: "a tag's key, such as version",
    });
  }
  return { key, windowMs };
}

/** A place in a list, as the parameter `after` takes it. */
export function formatCursor({ time, id }: Cursor): string {
  return `${time}_${id}`;
}

/** Reads a place as `formatCursor` writes it; null where none is given. Throws a `RequestError`. */
export function parseCursor(text: string | undefined): Cursor | null {
  if (text === undefined) return null;
  const match = /^(-?\d{1,15})_(\d{1,15})$/.exec(text);
  if (!match) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'after',
      value: preview(text),
      expected: 'the "next" of a page before',
    });
  }
  return { time: Number(match[1]), id: Number(match[2]) };
}
