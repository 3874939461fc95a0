// GET /events/timeline: the events and spans of a range in one answer, as a graph draws them.

import { timelineSchema } from '@anthracite/protocol/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from '../../../answers/answers';
import { jsonFormat } from '../../../formats/json';
import { sendCompressed } from '../answer/compression';
import { openList } from '../answer/event-stream';
import { filterParameters, groupParameters, orderParameter, readGrouping } from '../request/event-query';
import { choice, wholeNumber } from '../request/parameter-kinds';
import { json, queryMethods, readParameters, route } from '../request/route-options';
import { readSpanQuery, spanParameters } from '../request/span-query';
import { takeTurnOf } from '../security/admission';
import type { RouteContext } from './context';

const shown = ['both', 'points', 'unmarked', 'spans'] as const;
const parameters = {
  ...filterParameters,
  ...groupParameters,
  ...spanParameters,
  show: choice(
    '`points`: all events; `unmarked`: events that are not marks of a span; `spans`: spans only; `both`: spans and unmarked events',
    shown,
    'both',
  ),
  ...orderParameter('descending'),
  limit: wholeNumber('maximum number of events, and maximum number of spans', {
    max: 10_000,
    default: 1_000,
  }),
};
const noSpans: Page = { bytes: new Uint8Array(), count: 0, next: null, reach: null };

/** Adds the route. */
export function addTimelineRoutes(app: FastifyInstance, context: RouteContext): void {
  const options = route({
    id: 'getTimeline',
    summary: 'Lists the events and spans of a range in one answer, for graphs',
    needs: 'read',
    query: parameters,
    answers: {
      200: json(timelineSchema, 'the events, the spans, and whether each of the two lists is truncated'),
    },
  });
  app.route({
    method: queryMethods,
    url: '/events/timeline',
    ...options,
    handler: (request, reply) => sendTimeline(context, request, reply),
  });
}

async function sendTimeline(
  context: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const now = context.clock();
  const values = readParameters(request, context, parameters);
  const query = readSpanQuery(values, now);
  const grouping = readGrouping(values);
  const { show, limit } = values;
  const spans =
    show === 'points' || show === 'unmarked'
      ? noSpans
      : await context.store.spanPage(query, 'timeline', now, limit, null);
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
              query: { ...query, withoutMarks: show !== 'points' },
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
