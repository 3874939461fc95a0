// GET /events/counts: how many events, by interval, and by type or a tag's values.

import { formatTime, preview } from '@anthracite/protocol';
import type { FastifyInstance } from 'fastify';
import type { Counts, EventQuery, EventStore } from '../../store/event-store';
import { filterParameters, readEventQuery } from '../event-query';
import { type Interval, intervalForm, parseInterval } from '../interval';
import { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import { readParameters, route } from '../route-options';
import { canonicalZone } from '../viewer-zone';
import type { RouteContext } from './context';

const defaultSeries = 100;
const maxSeries = 10_000;
const maxBounds = 2_000;

/** Adds the route. */
export function addCountRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock, settings } = context;
  const options = route({
    summary: "How many events, by interval, and by type or a tag's values",
    needs: 'read',
    query: {
      ...filterParameters,
      interval: `${intervalForm}; 1d when left out`,
      by: '`type`, or the key of a tag: one series for each value; all together when left out',
      tz: 'the time zone in which from, until and the calendar are read; the setting time-zone when left out',
      limit: 'at most so many series, those with the most events; 100 when left out',
    },
    answers: { 200: 'series of points: begin of the interval in milliseconds, and count' },
  });
  app.get('/events/counts', options, async (request) => {
    const zone = readZone(readParameters(request, context), settings['time-zone']);
    const parameters = new Parameters([request.query], clock(), zone);
    const query = readEventQuery(parameters, clock());
    const text = parameters.last('interval') ?? '1d';
    const interval = parseInterval(text, zone);
    if (interval === null) {
      throw RequestError.of('BAD_PARAMETER', {
        name: 'interval',
        value: preview(text),
        expected: intervalForm,
      });
    }
    const by = parameters.last('by') ?? null;
    const limit = parameters.whole('limit', defaultSeries, 1, maxSeries);
    const series = await countSeries(store, query, interval, by);
    return {
      from: formatTime(query.fromMs, 'UTC'),
      until: formatTime(query.untilMs, 'UTC'),
      interval: text,
      by,
      series: series.slice(0, limit),
      truncated: series.length > limit,
      ...(series.length > limit && {
        others: series.slice(limit).reduce((sum, { total }) => sum + total, 0),
      }),
    };
  });
}

function readZone(parameters: Parameters, fallback: string): string {
  const zone = parameters.last('tz');
  if (zone === undefined) return fallback;
  const known = canonicalZone(zone);
  if (known !== null) return known;
  throw RequestError.of('BAD_PARAMETER', {
    name: 'tz',
    value: preview(zone),
    expected: 'a time zone such as UTC or Europe/Amsterdam',
  });
}

/** One series of counts. */
export interface CountSeries {
  readonly name: string;
  readonly total: number;
  /** Begin of the interval in milliseconds, and how many events it has; those without any are left out. */
  readonly points: readonly (readonly [time: number, count: number])[];
}

/** Counts events by interval, and by `type` or a tag's key where `by` is one; those with the most events first. */
export async function countSeries(
  store: EventStore,
  query: EventQuery,
  interval: Interval,
  by: string | null,
): Promise<CountSeries[]> {
  const bounds = boundsOf(query, interval);
  if (bounds === null) {
    const { startOf, unitMs } = interval;
    return toSeries(await store.counts(query, unitMs, by), (slot) => startOf(slot * unitMs));
  }
  const counts = await store.countsBetween(query, bounds, by);
  return toSeries(counts, (bin) => interval.startOf(bounds[bin] ?? 0));
}

// Where intervals begin within a range, and its end; null for a range with too many of them.
function boundsOf({ fromMs, untilMs }: EventQuery, { endOf }: Interval): number[] | null {
  const bounds = [fromMs];
  for (let next = endOf(fromMs); next <= untilMs; next = endOf(next)) {
    if (bounds.length === maxBounds) return null;
    bounds.push(next);
  }
  return fromMs > untilMs ? null : [...bounds, untilMs + 1];
}

function toSeries(
  { names, slots, counts, nameOf }: Counts,
  startOf: (slot: number) => number,
): CountSeries[] {
  const byName = new Map<string, Map<number, number>>();
  for (const [i, slot] of slots.entries()) {
    const name = names[nameOf[i] ?? 0] ?? '';
    let points = byName.get(name);
    if (!points) {
      points = new Map();
      byName.set(name, points);
    }
    const start = startOf(slot);
    points.set(start, (points.get(start) ?? 0) + (counts[i] ?? 0));
  }
  return Array.from(byName, ([name, points]) => ({
    name,
    total: [...points.values()].reduce((sum, count) => sum + count, 0),
    points: [...points],
  })).sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));
}
