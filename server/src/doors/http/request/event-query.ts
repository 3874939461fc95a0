// Reads the query parameters that all lists of events share, with the same names and meanings everywhere; see
// docs/query.md.

import { eventLimits, formatTime, parseSearch } from '@anthracite/protocol';
import type { Cursor, EventQuery, Grouping } from '../../../query/event-query';
import { endAfter } from '../../../query/range-end';
import {
  choice,
  duration,
  type GivenTime,
  type ParameterValues,
  parsed,
  patternLists,
  patterns,
  texts,
  time,
  wholeNumberOrAll,
} from './parameter-kinds';
import { badParameter } from './parameters';

/** The parameters that select events. */
export const filterParameters = {
  from: time('start of the range, inclusive; default: the first event'),
  until: time('end of the range, inclusive; default: now'),
  type: patterns(
    'a type, or a pattern with `*`: selects events of this type; a leading `!` excludes the type; may be repeated',
  ),
  any: patterns('a tag, or a pattern with `*`; repeated: selects events with at least one of these tags'),
  all: patterns('a tag, or a pattern with `*`; repeated: selects events with all of these tags'),
  none: patterns('a tag, or a pattern with `*`; repeated: selects events without any of these tags'),
  some: patternLists(
    'tags, or patterns with `*`, separated by spaces; repeated: selects events with at least one tag of each list',
  ),
  q: texts('text to find in type, tags and description: words, "phrases", prefix*; -word excludes a word'),
};

/** The end of a range in a calendar, which also has what is planned. */
export const plannedParameter = {
  until: time('end of the range, inclusive; default: none, so what is planned is in the calendar'),
};

/** The parameters that group events. */
export const groupParameters = {
  group: parsed(
    'the key of a tag: combines events of one type that have the same value of this tag and are close in time',
    {
      default: null,
      expected: "a tag's key, such as version",
      parse: (key) => (key === '' || /[\s;=]/.test(key) ? null : key),
    },
  ),
  window: duration('maximum time between two consecutive events of a group, such as `30min`', {
    max: '24h',
    default: '15min',
  }),
};

const orders = ['ascending', 'descending'] as const;

/** The parameter for the order of a list of events. */
export function orderParameter(fallback: EventQuery['order']) {
  return { order: choice('order by time', orders, fallback) };
}

/** The parameter that continues after a page. */
export const afterParameter = {
  after: parsed(
    'to get the next page: the value `next` of the previous page, or its header `X-Anthracite-Next`',
    {
      schema: { pattern: '^-?[0-9]{1,15}_[0-9]{1,15}$' },
      default: null,
      expected: 'the "next" of a previous page',
      parse: parseCursor,
    },
  ),
};

/** All parameters of a list of events. */
export function listParametersIn(order: EventQuery['order']) {
  return {
    ...filterParameters,
    ...groupParameters,
    ...orderParameter(order),
    limit: wholeNumberOrAll('maximum number of events, or `all`', { max: 1e9, default: 1_000 }),
    ...afterParameter,
  };
}
export const listParameters = listParametersIn('ascending');

/** Names of the parameters that select events. */
export const filterNames = Object.keys(filterParameters);

type FilterValues = ParameterValues<typeof filterParameters>;
type ListValues = ParameterValues<typeof listParameters>;

/** A query for a part of a list. */
export interface ListQuery {
  readonly query: EventQuery;
  /** Maximum number of events; Infinity for all. */
  readonly limit: number;
  readonly after: Cursor | null;
  readonly grouping: Grouping | null;
}

/**
 * Reads `from` and `until` as given, in milliseconds since the epoch, with defaults for missing values. Refuses
 * an `until` before `from`. Without an `until`, `from` may be later than now, as from a client whose clock is ahead:
 * then the range is empty.
 */
export function readRange(
  { from, until }: { readonly from: GivenTime | null; readonly until: GivenTime | null },
  defaults: { readonly fromMs: number; readonly untilMs: number },
): { readonly fromMs: number; readonly untilMs: number } {
  const fromMs = from?.ms ?? defaults.fromMs;
  if (until === null) return { fromMs, untilMs: defaults.untilMs };
  if (until.ms >= fromMs) return { fromMs, untilMs: until.ms };
  throw badParameter('until', until.text, `a time that is not before from, ${formatTime(fromMs, 'UTC')}`);
}

/**
 * Reads which events are selected; without parameters, all events up to and including `now`. The range of the query
 * ends after a given `until`, because `until` is included. Throws a `RequestError`.
 */
export function readEventQuery(
  values: FilterValues & { readonly order?: EventQuery['order'] },
  now: number,
): EventQuery {
  const { type, any, all, none, some, q, order = 'ascending' } = values;
  const searched = q.join(' ');
  const { fromMs, untilMs } = readRange(values, { fromMs: eventLimits.minTimeMs, untilMs: now });
  return {
    fromMs,
    untilMs: endAfter(untilMs),
    types: type,
    any,
    all,
    none,
    some,
    ...(searched !== '' && { search: parseSearch(searched) }),
    order,
  };
}

/** Reads the query of a list, with its order and page; `latest` is the default end. Throws a `RequestError`. */
export function readListQuery(values: ListValues, latest: number): ListQuery {
  const { limit, after } = values;
  return { query: readEventQuery(values, latest), limit, after, grouping: readGrouping(values) };
}

/** Reads how events are grouped; null when they are not. */
export function readGrouping({ group, window }: ParameterValues<typeof groupParameters>): Grouping | null {
  return group === null ? null : { key: group, windowMs: window };
}

/** A place in a list, as the parameter `after` takes it. */
export function formatCursor({ time, id }: Cursor): string {
  return `${time}_${id}`;
}

/** Parses a place as `formatCursor` writes it; null when the text is invalid. */
export function parseCursor(text: string): Cursor | null {
  const match = /^(-?\d{1,15})_(\d{1,15})$/.exec(text);
  return match === null ? null : { time: Number(match[1]), id: Number(match[2]) };
}
