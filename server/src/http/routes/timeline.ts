// GET /events/timeline: what happened and what lasted in a range, in one answer, as a graph draws it.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { jsonFormat } from '../../formats/json';
import type { Page } from '../../store/event-store';
import { takeTurnOf } from '../admission';
import { sendCompressed } from '../compression';
import { filterParameters, groupParameters, readGrouping } from '../event-query';
import { openList } from '../event-stream';
import { readParameters, route } from '../route-options';
import { readSpanQuery, spanParameters } from '../span-query';
import type { RouteContext } from './context';

const defaultLimit = 1_000;
const maxLimit = 10_000;
const shown = ['both', 'points', 'spans'] as const;
const noSpans: Page = { bytes: new Uint8Array(), count: 0, next: null };

/** Adds the route. */
export function addTimelineRoutes(app: FastifyInstance, context: RouteContext): void {
  const options = route({
    summary: 'Events and spans of a range in one answer, for graphs',
    needs: 'read',
    query: {
      ...filterParameters,
      ...groupParameters,
      ...spanParameters,
      show: '`points`: all events; `spans`; or `both`: spans, and the events that are no marks of one; both when left out',
      order: '`ascending` or `descending` in time; descending when left out, so that the newest are there',
      limit: `at most so many events, and so many spans; ${defaultLimit} when left out, ${maxLimit} at most`,
    },
    answers: { 200: 'the events, the spans, and of each whether there are more' },
  });
  app.get('/events/timeline', options, (request, reply) => sendTimeline(context, request, reply));
}

async function sendTimeline(
  context: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const now = context.clock();
  const parameters = readParameters(request, context);
  const query = readSpanQuery(parameters, now, 'descending');
  const grouping = readGrouping(parameters);
  const show = parameters.choice('show', 'both', shown);
  const limit = parameters.whole('limit', defaultLimit, 1, maxLimit);
  const spans =
    show === 'points' ? noSpans : await context.store.spanPage(query, 'timeline', now, limit, null);
  const closing = (isCut: boolean): string =>
    `\n],"eventsTruncated":${isCut},"spans":[\n${Buffer.from(spans.bytes)}\n],"spansTruncated":${spans.next !== null}}\n`;
  const opening = '{"events":[\n';
  const list =
    show === 'spans'
      ? Buffer.from(opening + closing(false))
      : (
          await openList(
            { store: context.store, takeTurn: takeTurnOf(request) },
            {
              query: { ...query, withoutMarks: show === 'both' },
              format: 'timeline',
              limit,
              after: null,
              grouping,
              looksAhead: false,
              opening: () => opening,
              closing: (next) => closing(next !== null),
            },
          )
        ).body;
  return sendCompressed(request, reply.type(jsonFormat.contentType), list);
}
