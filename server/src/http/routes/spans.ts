// GET /spans: what lasted, as the marks of its start, detection and end tell.

import { preview } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { icsFormat } from '../../formats/ics';
import { jsonFormat } from '../../formats/json';
import type { SpanFormat } from '../../formats/span-formats';
import type { Cursor, EventQuery } from '../../store/event-store';
import { sendCompressed } from '../compression';
import { filterParameters, formatCursor, pageParameters, readListQuery } from '../event-query';
import { RequestError } from '../request-error';
import { readParameters, route } from '../route-options';
import { readSpanQuery, spanParameters } from '../span-query';
import type { RouteContext } from './context';
import { pathOf } from './lists';

const maxLimit = 10_000;
const query = {
  ...filterParameters,
  ...spanParameters,
  ...pageParameters,
  limit: `at most so many; 1000 when left out, ${maxLimit} at most`,
};

/** A way to answer with spans, and what stands around them; `next` is where the list goes on. */
interface SpanList {
  readonly format: SpanFormat;
  readonly contentType: string;
  /** The name of the file that a browser saves; null for what it shows. */
  readonly file: string | null;
  readonly order: EventQuery['order'];
  readonly opening: (request: FastifyRequest, next: Cursor | null) => string;
  readonly closing: (next: Cursor | null) => string;
}

const json: SpanList = {
  format: 'json',
  contentType: jsonFormat.contentType,
  file: null,
  order: 'ascending',
  opening: () => '{"spans":[\n',
  closing: (next) =>
    `\n],"truncated":${next !== null}${next === null ? '' : `,"next":"${formatCursor(next)}"`}}\n`,
};

const ics: SpanList = {
  format: 'ics',
  contentType: icsFormat.contentType,
  file: 'anthracite-spans.ics',
  order: 'descending',
  opening: (request, next) => {
    const self = pathOf(request, null);
    return icsFormat.opening({ base: '', self, next: next && pathOf(request, next), callback: '', now: 0 });
  },
  closing: () => 'END:VCALENDAR\r\n',
};

/** Adds the routes. */
export function addSpanRoutes(app: FastifyInstance, context: RouteContext): void {
  const asJson = route({
    summary:
      'Lists spans that overlap a range, open ones too, by the marks of their start, detection and end',
    needs: 'read',
    query,
    answers: { 200: 'the spans, in order of their begin' },
  });
  app.get('/spans', asJson, (request, reply) => sendSpans(context, request, reply, json));

  const asIcs = route({
    summary: 'The same as appointments of a calendar',
    needs: 'read',
    query,
    answers: { 200: icsFormat.contentType },
  });
  app.get('/spans/ics', asIcs, (request, reply) => sendSpans(context, request, reply, ics));
}

async function sendSpans(
  context: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  list: SpanList,
): Promise<FastifyReply> {
  const { format, contentType, file, order, opening, closing } = list;
  const now = context.clock();
  const parameters = readParameters(request, context);
  const asked = readListQuery(parameters, now, { order });
  if (asked.limit > maxLimit) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'limit',
      value: preview(parameters.last('limit') ?? ''),
      expected: `a whole number from 1 to ${maxLimit}; go on with "after"`,
    });
  }
  const query = readSpanQuery(parameters, now, order);
  const { bytes, next } = await context.store.spanPage(query, format, now, asked.limit, asked.after);
  if (next !== null) reply.header('Link', `<${pathOf(request, next)}>; rel="next"`);
  if (file !== null) reply.header('Content-Disposition', `attachment; filename="${file}"`);
  const body = Buffer.concat([Buffer.from(opening(request, next)), bytes, Buffer.from(closing(next))]);
  return sendCompressed(request, reply.type(contentType), body);
}
