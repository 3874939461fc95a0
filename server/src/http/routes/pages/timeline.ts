// GET /timeline: events, incidents and counts over time, for people.

import { preview } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventStore } from '../../../store/event-store';
import { intervalFor } from '../../../web/timeline/bins';
import type { TimelineView } from '../../../web/timeline/timeline-address';
import { timelinePage, timelinePaths } from '../../../web/timeline/timeline-page';
import { filterNames, filterParameters, readEventQuery } from '../../event-query';
import { parseInterval } from '../../interval';
import { frameOf, type PageContext, sendPage } from '../../page-answer';
import { Parameters } from '../../parameters';
import { RequestError } from '../../request-error';
import { readParameters, route } from '../../route-options';
import type { RouteContext } from '../context';
import { toSeries } from '../counts';

const defaultFrom = '-1d';
const mostBins = 96;
const leastRangeMs = 1_000;
const offeredKeys = 50;

/** Adds the route. */
export function addTimelinePages(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const options = route({
    summary: 'The timeline: a page',
    needs: 'read',
    query: {
      ...filterParameters,
      from: `the begin of the range; ${defaultFrom} when left out`,
      until: 'the end of the range; now, and on with the clock, when left out',
      lanes: '`type`, or the key of a tag: what has a lane of its own; type when left out',
    },
    answers: { 200: 'text/html' },
  });
  app.get(timelinePaths.page, options, (request, reply) => sendTimeline(context, pages, request, reply));
}

async function sendTimeline(
  context: RouteContext,
  pages: PageContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  readParameters(request, context);
  const frame = frameOf(request, pages);
  const { zone } = frame.viewer;
  const parameters = new Parameters([request.query], frame.now, zone);
  const view = readView(parameters);
  const given = new Parameters([request.query, { from: view.from }], frame.now, zone);
  const query = readEventQuery(given, frame.now);
  const range = { fromMs: query.fromMs, untilMs: Math.max(query.untilMs, query.fromMs + leastRangeMs) };
  const interval = intervalFor(range, mostBins);
  const counted = parseInterval(interval, zone);
  if (counted === null) throw new Error(`${interval} is no interval`);
  const counts = await context.store.counts({ ...query, ...range }, counted.unitMs, null);
  const points = toSeries(counts, counted).flatMap((series) => series.points);
  const keys = await keysOf(context.store);
  return sendPage(request, reply, timelinePage(frame, { view, range, interval, points, keys }));
}

function readView(parameters: Parameters): TimelineView {
  const lanes = parameters.last('lanes') || 'type';
  if (/[\s;=]/.test(lanes)) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'lanes',
      value: preview(lanes),
      expected: "type, or a tag's key, such as host",
    });
  }
  return {
    from: parameters.last('from') || defaultFrom,
    until: parameters.last('until') || null,
    lanes,
    filter: filterNames
      .filter((name) => name !== 'from' && name !== 'until')
      .flatMap((name) => parameters.all(name).map((value): [string, string] => [name, value]))
      .filter(([, value]) => value !== ''),
  };
}

// The keys of the first tags that there are.
async function keysOf(store: EventStore): Promise<string[]> {
  const tags = await store.tags('', 1_000);
  const keys = tags.filter(({ name }) => name.includes('=')).map(({ name }) => name.split('=', 1)[0] ?? '');
  return [...new Set(keys)].slice(0, offeredKeys);
}
