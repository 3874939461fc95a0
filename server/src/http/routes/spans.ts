// GET /spans: what lasted, as the marks of its start, detection and end tell.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { icsFormat } from '../../formats/ics';
import { spanToIcs } from '../../formats/span-ics';
import { spanToJson } from '../../formats/span-json';
import type { EventQuery, SpanPage } from '../../store/event-store';
import { filterParameters, formatCursor, pageParameters, readListQuery } from '../event-query';
import { RequestError } from '../request-error';
import { readParameters, route } from '../route-options';
import type { RouteContext } from './context';
import { pathOf } from './lists';

const maxLimit = 10_000;
const query = {
  ...filterParameters,
  ...pageParameters,
  limit: `at most so many; 1000 when left out, ${maxLimit} at most`,
};

/** Adds the routes. */
export function addSpanRoutes(app: FastifyInstance, context: RouteContext): void {
  const json = route({
    summary:
      'Lists spans that overlap a range, open ones too, by the marks of their start, detection and end',
    needs: 'read',
    query,
    answers: { 200: 'the spans, in order of their begin' },
  });
  app.get('/spans', json, async (request, reply) => {
    const { spans, next } = await readSpans(context, request, reply, 'ascending');
    const now = context.clock();
    return {
      spans: spans.map((span) => spanToJson(span, now)),
      truncated: next !== null,
      ...(next !== null && { next: formatCursor(next) }),
    };
  });

  const ics = route({
    summary: 'The same as appointments of a calendar',
    needs: 'read',
    query,
    answers: { 200: icsFormat.contentType },
  });
  app.get('/spans/ics', ics, async (request, reply) => {
    const { spans, next } = await readSpans(context, request, reply, 'descending');
    const now = context.clock();
    const self = pathOf(request, null);
    const frame = { base: '', self, next: next && pathOf(request, next), callback: '', now };
    const text = [
      icsFormat.opening(frame),
      ...spans.map((span) => spanToIcs(span, now)),
      icsFormat.closing(next && formatCursor(next), frame),
    ];
    return reply
      .type(icsFormat.contentType)
      .header('Content-Disposition', 'attachment; filename="anthracite-spans.ics"')
      .send(text.join(''));
  });
}

async function readSpans(
  context: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
  order: EventQuery['order'],
): Promise<SpanPage> {
  const parameters = readParameters(request, context);
  const { query, limit, after } = readListQuery(parameters, context.clock(), { order });
  if (limit > maxLimit) {
    throw RequestError.of('BAD_PARAMETER', {
      name: 'limit',
      value: parameters.last('limit') ?? '',
      expected: `a whole number from 1 to ${maxLimit}; go on with "after"`,
    });
  }
  const page = await context.store.spans(query, limit, after);
  if (page.next !== null) reply.header('Link', `<${pathOf(request, page.next)}>; rel="next"`);
  return page;
}
