// GET /events/counts: how many events, by interval, and by type or a tag's values.

import { formatTime, preview } from '@anthracite/protocol';
import type { FastifyInstance } from 'fastify';
import type { Counts } from '../../store/event-store';
import { filterNames, readEventQuery } from '../event-query';
import { type Interval, intervalForm, parseInterval } from '../interval';
import { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import type { RouteContext } from './context';

const defaultSeries = 100;
const maxSeries = 10_000;

/** Adds the route. */
export function addCountRoutes(app: FastifyInstance, { store, clock, settings }: RouteContext): void {
  app.get('/events/counts', { config: { needs: 'read' } }, async (request) => {
    const now = clock();
    const parameters = new Parameters([request.query], now, settings['time-zone']).allowOnly([
      ...filterNames,
      'interval',
      'by',
      'limit',
    ]);
    const query = readEventQuery(parameters, now);
    const text = parameters.last('interval') ?? '1d';
    const interval = parseInterval(text, settings['time-zone']);
    if (interval === null) {
      throw RequestError.of('BAD_PARAMETER', {
        name: 'interval',
        value: preview(text),
        expected: intervalForm,
      });
    }
    const by = parameters.last('by') ?? null;
    const limit = parameters.whole('limit', defaultSeries, 1, maxSeries);
    const series = toSeries(await store.counts(query, interval.unitMs, by), interval);
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

interface CountSeries {
  readonly name: string;
  readonly total: number;
  /** Begin of the interval in milliseconds, and how many events it has; those without any are left out. */
  readonly points: readonly (readonly [time: number, count: number])[];
}

// Those with the most events first.
function toSeries({ names, slots, counts, nameOf }: Counts, { unitMs, startOf }: Interval): CountSeries[] {
  const byName = new Map<string, Map<number, number>>();
  for (const [i, slot] of slots.entries()) {
    const name = names[nameOf[i] ?? 0] ?? '';
    let points = byName.get(name);
    if (!points) {
      points = new Map();
      byName.set(name, points);
    }
    const start = startOf(slot * unitMs);
    points.set(start, (points.get(start) ?? 0) + (counts[i] ?? 0));
  }
  return Array.from(byName, ([name, points]) => ({
    name,
    total: [...points.values()].reduce((sum, count) => sum + count, 0),
    points: [...points],
  })).sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));
}
