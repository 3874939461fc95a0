// GET /timeline: events, incidents and counts over time, for people.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventQuery, EventStore } from '../../../store/event-store';
import type { FieldProblem, Filter } from '../../../web/filter';
import { intervalFor, type TimeRange } from '../../../web/timeline/bins';
import { type TimelineView, timelinePath } from '../../../web/timeline/timeline-address';
import { type TimelineData, timelinePage } from '../../../web/timeline/timeline-page';
import { filterParameters, readEventQuery } from '../../event-query';
import { parseInterval } from '../../interval';
import { frameOf, type PageContext, sendPage } from '../../page-answer';
import { problemOf, readPageQuery } from '../../page-query';
import { route } from '../../route-options';
import type { RouteContext } from '../context';
import { countSeries } from '../counts';

const defaultFrom = '-1d';
const defaultRangeMs = 86_400_000;
const mostBins = 96;
const leastRangeMs = 1_000;
const offeredNames = 200;
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
  for (const url of [timelinePath, '/embed/timeline']) {
    app.get(url, options, (request, reply) => sendTimeline(context, pages, request, reply));
  }
}

async function sendTimeline(
  { store }: RouteContext,
  pages: PageContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const frame = frameOf(request, pages);
  const { now } = frame;
  const { zone } = frame.viewer;
  const asked = readPageQuery(request, now, zone);
  if (asked.canonical !== null) return reply.redirect(asked.canonical, 303);
  const { filter, parameters } = asked;
  const lanes = parameters.last('lanes')?.trim() || 'type';
  const problem = problemOf(asked, now) ?? problemOfLanes(lanes);
  const query = problem === null ? readEventQuery(parameters, now) : null;
  const fromMs = filter.from === '' || query === null ? now - defaultRangeMs : query.fromMs;
  const range = { fromMs, untilMs: Math.max(query?.untilMs ?? now, fromMs + leastRangeMs) };
  const data: TimelineData = {
    view: viewOf(problem === null ? filter : { ...filter, from: '', until: '' }, lanes),
    filter,
    problem,
    range,
    ...(await countsOf(store, query, range, zone)),
    types: (await store.names('types', '', offeredNames)).items,
    keys: (await store.names('keys', '', offeredKeys)).items,
  };
  return sendPage(request, reply.code(problem === null ? 200 : 400), timelinePage(frame, data));
}

function problemOfLanes(lanes: string): FieldProblem | null {
  if (!/[\s;=]/.test(lanes)) return null;
  return { field: 'lanes', message: "lanes go by type, or by a tag's key, such as host" };
}

function viewOf(filter: Filter, lanes: string): TimelineView {
  return {
    from: filter.from || defaultFrom,
    until: filter.until || null,
    lanes,
    filter: (['type', 'any', 'all', 'none', 'q'] as const).flatMap((name) =>
      [filter[name]]
        .flat()
        .filter((value) => value !== '')
        .map((value): [string, string] => [name, value]),
    ),
  };
}

async function countsOf(store: EventStore, query: EventQuery | null, range: TimeRange, zone: string) {
  const interval = intervalFor(range, mostBins);
  const counted = parseInterval(interval, zone);
  if (counted === null) throw new Error(`${interval} is no interval`);
  if (query === null) return { interval, points: [] };
  const series = await countSeries(store, { ...query, ...range }, counted, null);
  return { interval, points: series.flatMap(({ points }) => points) };
}
