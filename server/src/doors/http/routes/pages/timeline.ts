// GET /timeline: the page that shows events, incidents and counts over time.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventStore } from '../../../../answers/event-store';
import type { EventQuery } from '../../../../query/event-query';
import { endAfter, lastBefore } from '../../../../query/range-end';
import type { FieldProblem, Filter } from '../../../../web/filter';
import { intervalFor, type TimeRange } from '../../../../web/timeline/bins';
import { type TimelineView, timelinePath } from '../../../../web/timeline/timeline-address';
import { type TimelineData, timelinePage } from '../../../../web/timeline/timeline-page';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import { filterParameters, readEventQuery } from '../../request/event-query';
import { parseInterval } from '../../request/interval';
import { problemOf, readPageQuery } from '../../request/page-query';
import { text, time } from '../../request/parameter-kinds';
import { page, route } from '../../request/route-options';
import type { RouteContext } from '../context';
import { countSeries } from '../counts';

const defaultFrom = '-1d';
const pageParameters = {
  ...filterParameters,
  from: time(`start of the range; default: ${defaultFrom}`),
  until: time('end of the range; default: now, and the page follows the clock'),
  lanes: text('`type`, or the key of a tag: one lane for each value; default: type'),
};
const defaultRangeMs = 86_400_000;
const mostBins = 96;
const leastRangeMs = 1_000;
const offeredNames = 200;
const offeredKeys = 50;

/** Adds the route. */
export function addTimelinePages(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const options = {
    summary: 'Returns the page of the timeline',
    needs: 'read',
    query: pageParameters,
    answers: { 200: page() },
  } as const;
  for (const [url, id] of [
    [timelinePath, 'getTimelinePage'],
    ['/embed/timeline', 'getEmbeddedTimeline'],
  ] as const) {
    app.get(url, route({ ...options, id }), (request, reply) => sendTimeline(context, pages, request, reply));
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
  const lanes = parameters.value('lanes', pageParameters.lanes)?.trim() || 'type';
  const problem = problemOf(asked, now, now - defaultRangeMs) ?? problemOfLanes(lanes);
  const query = problem === null ? readEventQuery(parameters.read(pageParameters), now) : null;
  const fromMs = filter.from === '' || query === null ? now - defaultRangeMs : query.fromMs;
  // The axis goes up to the last instant that was asked for.
  const lastMs = query === null ? now : lastBefore(query.untilMs);
  const range = { fromMs, untilMs: Math.max(lastMs, fromMs + leastRangeMs) };
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
  return { field: 'lanes', message: 'use type, or the key of a tag, such as host' };
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
  if (counted === null) throw new Error(`${interval} is not an interval`);
  if (query === null) return { interval, points: [] };
  const { fromMs, untilMs } = range;
  const series = await countSeries(store, { ...query, fromMs, untilMs: endAfter(untilMs) }, counted, null);
  return { interval, points: series.flatMap(({ points }) => points) };
}
