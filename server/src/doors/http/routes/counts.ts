// GET /events/counts: counts events by interval, and by type or a tag's values.

import { type CountSeries, type CountsAnswer, formatTime } from '@anthracite/protocol';
import { countsSchema } from '@anthracite/protocol/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Counts } from '../../../answers/answers';
import type { EventStore } from '../../../answers/event-store';
import type { EventQuery } from '../../../query/event-query';
import { lastBefore } from '../../../query/range-end';
import { filterParameters, readEventQuery } from '../request/event-query';
import { type Interval, intervalForm, parseInterval } from '../request/interval';
import { parsed, text, wholeNumber } from '../request/parameter-kinds';
import { json, openParameters, queryMethods, route } from '../request/route-options';
import { zoneParameter } from '../request/viewer-zone';
import type { RouteContext } from './context';

const parameters = {
  ...filterParameters,
  interval: parsed(`length of an interval: ${intervalForm}`, {
    default: '1d',
    expected: intervalForm,
    parse: (name, zone) => {
      const interval = parseInterval(name, zone);
      return interval === null ? null : { name, interval };
    },
  }),
  by: text(
    '`type`: one series for each type; the key of a tag, such as `host`: one series for each value of the tag; default: one series for all events',
  ),
  tz: zoneParameter(
    'time zone for `from`, `until`, and intervals of a day or longer; default: the setting time-zone',
  ),
  limit: wholeNumber('maximum number of series; the series with the most events are kept', {
    max: 10_000,
    default: 100,
  }),
};
const maxBounds = 2_000;

/** Adds the route. */
export function addCountRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock, settings } = context;
  const options = route({
    id: 'countEvents',
    summary: 'Counts events in intervals of time; in total, by type, or by the values of a tag',
    needs: 'read',
    query: parameters,
    answers: {
      200: json(countsSchema, 'one or more series of counts'),
    },
  });
  const answer = async (request: FastifyRequest): Promise<CountsAnswer> => {
    const given = openParameters(request, context, parameters);
    const zone = given.value('tz', parameters.tz) ?? settings['time-zone'];
    const values = given.inZone(zone).read(parameters);
    const query = readEventQuery(values, clock());
    const { by, limit } = values;
    const { name, interval } = values.interval;
    const series = await countSeries(store, query, interval, by);
    return {
      from: formatTime(query.fromMs, 'UTC'),
      until: formatTime(lastBefore(query.untilMs), 'UTC'),
      interval: name,
      by,
      series: series.slice(0, limit),
      truncated: series.length > limit,
      ...(series.length > limit && {
        others: series.slice(limit).reduce((sum, { total }) => sum + total, 0),
      }),
    };
  };
  app.route({ method: queryMethods, url: '/events/counts', ...options, handler: answer });
}

/** Counts events by interval, and by `type` or a tag's key if `by` is set; the series with the most events first. */
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

// The starts of the intervals in a range, and its end; null for a range with too many of them.
function boundsOf({ fromMs, untilMs }: EventQuery, { endOf }: Interval): number[] | null {
  const bounds = [fromMs];
  for (let next = endOf(fromMs); next < untilMs; next = endOf(next)) {
    if (bounds.length === maxBounds) return null;
    bounds.push(next);
  }
  return fromMs >= untilMs ? null : [...bounds, untilMs];
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
