// GET /spans for browsers: the page of incidents and all other spans.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SpanList } from '../../../../answers/answers';
import { withParameters } from '../../../../web/address';
import { type SpansView, spansPage } from '../../../../web/incidents/spans-page';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import { afterParameter, filterParameters, formatCursor, orderParameter } from '../../request/event-query';
import { forBrowsers } from '../../request/page-constraint';
import { problemOf, readPageQuery } from '../../request/page-query';
import { choice } from '../../request/parameter-kinds';
import { page, route } from '../../request/route-options';
import { readSpanQuery, scales, spanParameters } from '../../request/span-query';
import type { RouteContext } from '../context';

const pageParameters = {
  ...filterParameters,
  ...spanParameters,
  ...orderParameter('descending'),
  ...afterParameter,
};
const scaleParameter = choice('`incident`, `gain`, or `other` for all other spans', scales, 'incident');
const rowsAtOnce = 50;
const maxOpen = 100;
const maxKnownTypes = 200;
const nothing: SpanList = { spans: [], next: null };

/** Adds the route. */
export function addSpanListPage(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const listing = route({
    id: null,
    summary: 'The page of incidents',
    needs: 'read',
    answers: { 200: page() },
  });
  app.get('/spans', { constraints: forBrowsers, ...listing }, (request, reply) =>
    sendList(context, pages, request, reply),
  );
}

async function sendList(
  { store, clock }: RouteContext,
  pages: PageContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const now = clock();
  const frame = frameOf(request, pages);
  const asked = readPageQuery(request, now, frame.viewer.zone, Object.keys(spanParameters));
  if (asked.canonical !== null) return reply.redirect(asked.canonical, 303);
  const { filter, parameters } = asked;
  const scale = parameters.value('scale', scaleParameter);
  const view = {
    filter,
    scale,
    severity: parameters.last('severity') ?? '',
    origin: parameters.last('origin') ?? '',
    types: (await store.names('types', '', maxKnownTypes)).items,
  };
  const problem = problemOf(asked, now);
  if (problem !== null) {
    const empty = { open: [], hasMoreOpen: false, over: [], next: null, isFurther: false };
    return sendPage(request, reply.code(400), spansPage(frame, { ...view, ...empty, problem }));
  }
  const values = parameters.read(pageParameters);
  const { after } = values;
  const { isOpen: only, ...wanted } = readSpanQuery(values, now);
  const query = { ...wanted, scales: [scale] };
  const [open, over] = await Promise.all([
    after === null && only !== false ? store.spans({ ...query, isOpen: true }, maxOpen, null) : nothing,
    only !== true ? store.spans({ ...query, isOpen: false }, rowsAtOnce, after) : nothing,
  ]);
  const shown: SpansView = {
    ...view,
    problem: null,
    open: open.spans,
    hasMoreOpen: open.next !== null,
    over: over.spans,
    next: over.next && withParameters(frame.self, { after: formatCursor(over.next) }),
    isFurther: after !== null,
  };
  return sendPage(request, reply, spansPage(frame, shown));
}
