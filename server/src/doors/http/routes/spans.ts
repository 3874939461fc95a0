// GET /spans: lists spans, made of the marks of their start, detection and end.

import { eventLimits } from '@anthracite/protocol';
import { spanPageSchema } from '@anthracite/protocol/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { icsFormat } from '../../../formats/ics';
import { jsonFormat } from '../../../formats/json';
import type { SpanFormat } from '../../../formats/span-formats';
import type { Cursor, EventQuery } from '../../../query/event-query';
import { sendCompressed } from '../answer/compression';
import {
  afterParameter,
  filterParameters,
  formatCursor,
  orderParameter,
  plannedParameter,
} from '../request/event-query';
import { wholeNumber } from '../request/parameter-kinds';
import { json, queryMethods, readParameters, route, typed } from '../request/route-options';
import { readSpanQuery, spanParameters } from '../request/span-query';
import type { RouteContext } from './context';
import { linkNext, nextPathOf, pathOf } from './lists';

function parametersIn(order: EventQuery['order']) {
  return {
    ...filterParameters,
    ...spanParameters,
    ...orderParameter(order),
    limit: wholeNumber('maximum number of spans', { max: 10_000, default: 1_000 }),
    ...afterParameter,
  };
}

/** A format of a list of spans, with the text around the spans; `next` is where the list continues. */
interface SpanList {
  readonly format: SpanFormat;
  readonly contentType: string;
  /** The file name for saving; null for formats that a browser shows. */
  readonly file: string | null;
  readonly parameters: ReturnType<typeof parametersIn>;
  /** Whether spans after now are in it by default. */
  readonly hasPlanned: boolean;
  readonly opening: (request: FastifyRequest, next: Cursor | null) => string;
  readonly closing: (next: Cursor | null) => string;
}

const inJson: SpanList = {
  format: 'json',
  contentType: jsonFormat.contentType,
  file: null,
  parameters: parametersIn('ascending'),
  hasPlanned: false,
  opening: () => '{"spans":[\n',
  closing: (next) =>
    `\n],"truncated":${next !== null}${next === null ? '' : `,"next":"${formatCursor(next)}"`}}\n`,
};

const ics: SpanList = {
  format: 'ics',
  contentType: icsFormat.contentType,
  file: 'anthracite-spans.ics',
  parameters: { ...parametersIn('descending'), ...plannedParameter },
  hasPlanned: true,
  opening: (request, next) => {
    const self = pathOf(request);
    return icsFormat.opening({
      base: '',
      root: '',
      self,
      next: nextPathOf(request, next),
      callback: '',
      now: 0,
    });
  },
  closing: () => 'END:VCALENDAR\r\n',
};

/** Adds the routes. */
export function addSpanRoutes(app: FastifyInstance, context: RouteContext): void {
  const asJson = route({
    id: 'listSpans',
    summary: 'Lists spans that overlap a range, including open spans',
    needs: 'read',
    query: inJson.parameters,
    answers: { 200: json(spanPageSchema, 'the spans, in order of their start') },
  });
  app.route({
    method: queryMethods,
    url: '/spans',
    ...asJson,
    handler: (request, reply) => sendSpans(context, request, reply, inJson),
  });

  const asIcs = route({
    id: 'listSpansAsCalendar',
    summary: 'Lists the spans of `/spans` as calendar entries',
    needs: 'feed',
    query: ics.parameters,
    answers: { 200: typed(icsFormat.contentType, 'a calendar') },
  });
  app.route({
    method: queryMethods,
    url: '/spans/ics',
    ...asIcs,
    handler: (request, reply) => sendSpans(context, request, reply, ics),
  });
}

async function sendSpans(
  context: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  list: SpanList,
): Promise<FastifyReply> {
  const { format, contentType, file, parameters, hasPlanned, opening, closing } = list;
  const now = context.clock();
  const values = readParameters(request, context, parameters);
  const query = readSpanQuery(values, hasPlanned ? eventLimits.maxTimeMs : now);
  const { bytes, next } = await context.store.spanPage(query, format, now, values.limit, values.after);
  linkNext(request, reply, next);
  if (file !== null) reply.header('Content-Disposition', `attachment; filename="${file}"`);
  const body = Buffer.concat([Buffer.from(opening(request, next)), bytes, Buffer.from(closing(next))]);
  return sendCompressed(request, reply.type(contentType), body);
}
