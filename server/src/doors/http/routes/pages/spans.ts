// GET /spans and /spans/<id> for browsers, and the button that resolves a span: the pages of incidents and all other
// spans.

import { checkDescription, type Event, keyTagOf, parseTime } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SpanList } from '../../../../answers/answers';
import type { TitledSpan } from '../../../../formats/titled-span';
import { withParameters } from '../../../../web/address';
import type { FieldProblem } from '../../../../web/filter';
import type { MarkTyped } from '../../../../web/incidents/mark-form';
import { spanAddress } from '../../../../web/incidents/span-facts';
import { type DescribedMark, spanPage } from '../../../../web/incidents/span-page';
import { type SpansView, spansPage } from '../../../../web/incidents/spans-page';
import type { Frame } from '../../../../web/layout';
import { type NoticeName, parseNotice } from '../../../../web/notice';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import { afterParameter, filterParameters, formatCursor, orderParameter } from '../../request/event-query';
import { parseFormBody } from '../../request/form-body';
import { forBrowsers } from '../../request/page-constraint';
import { problemOf, readPageQuery } from '../../request/page-query';
import { choice } from '../../request/parameter-kinds';
import { Parameters } from '../../request/parameters';
import { RequestError } from '../../request/request-error';
import { page, route } from '../../request/route-options';
import { readSpanQuery, scales, spanParameters } from '../../request/span-query';
import { OneAtATime } from '../../security/one-at-a-time';
import type { RouteContext } from '../context';
import { parseId } from '../events';
import { defaultWindow, findSuspects, suspectParameters } from '../suspects';

type ById = { Params: { id: string } };

const pageParameters = {
  ...filterParameters,
  ...spanParameters,
  ...orderParameter('descending'),
  ...afterParameter,
};
const scaleParameter = choice('`incident`, `gain`, or `other` for all other spans', scales, 'incident');
const roleParameter = choice('the mark to add', ['resolved', 'detected'], 'resolved');
const rowsAtOnce = 50;
const maxOpen = 100;
const maxKnownTypes = 200;
/** Maximum number of marks whose text is read. */
const maxToldMarks = 30;
/** Once this many characters are read, the other marks are shown without text. */
const maxToldChars = 262_144;
const nothing: SpanList = { spans: [], next: null };
const nothingWrong = { typed: { text: '', time: '' }, problem: null };

/** Adds the routes. */
export function addSpanPages(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const listing = route({
    id: null,
    summary: 'The page of incidents',
    needs: 'read',
    answers: { 200: page() },
  });
  app.get('/spans', { constraints: forBrowsers, ...listing }, (request, reply) =>
    sendList(context, pages, request, reply),
  );

  const showing = route({
    id: null,
    summary: 'The page of an incident',
    needs: 'read',
    answers: { 200: page() },
  });
  app.get<ById>('/spans/:id', { constraints: forBrowsers, ...showing }, async (request, reply) => {
    const id = parseId(request.params.id);
    const frame = frameOf(request, pages);
    const span = await findSpan(context, id);
    if (span.id !== id) return reply.redirect(spanAddress(span.id), 303);
    return sendSpan(context, frame, request, reply, span);
  });

  const marking = route({
    id: 'markSpan',
    summary:
      'Receives the form on the page of a span: marks the end or the detection of the span, then redirects to the page',
    needs: 'write',
    changesState: true,
    answers: {
      303: 'the mark was stored, or the span already had such a mark',
      400: 'the page of the span, with the error',
      404: 'span not found',
    },
  });
  // If two people click at once, the second one adds nothing, and gets a notice.
  const marks = new OneAtATime<number>();
  app.post<ById>('/spans/:id/mark', marking, async (request, reply) => {
    const { id } = await findSpan(context, parseId(request.params.id));
    return marks.run(id, () => mark(context, pages, request, reply));
  });
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

async function sendSpan(
  context: RouteContext,
  frame: Frame,
  request: FastifyRequest,
  reply: FastifyReply,
  span: TitledSpan,
  typed: { readonly typed: MarkTyped; readonly problem: FieldProblem | null } = nothingWrong,
): Promise<FastifyReply> {
  const parameters = new Parameters([request.query], frame.now, frame.viewer.zone);
  const [suspects, marks] = await Promise.all([
    findSuspects(context, span.id, parameters.read(suspectParameters)),
    tellMarks(context, span),
  ]);
  const view = {
    span,
    marks,
    suspects,
    window: parameters.last('window') ?? defaultWindow,
    notice: parseNotice(parameters.last('notice')),
    ...typed,
  };
  return sendPage(request, reply, spanPage(frame, view));
}

async function tellMarks({ store }: RouteContext, { marks }: TitledSpan): Promise<DescribedMark[]> {
  let chars = 0;
  const told: DescribedMark[] = [];
  for (const [place, mark] of marks.entries()) {
    const isTold = place < maxToldMarks && chars < maxToldChars;
    const description = isTold ? ((await store.event(mark.id))?.description ?? null) : null;
    told.push({ ...mark, description });
    chars += description?.length ?? 0;
  }
  return told;
}

async function mark(
  context: RouteContext,
  pages: PageContext,
  request: FastifyRequest<ById>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { intake } = context;
  if (intake.isOverfull) throw RequestError.of('QUEUE_FULL');
  const frame = frameOf(request, pages);
  const span = await findSpan(context, parseId(request.params.id));
  const fields = parseFormBody(request);
  const given = new Parameters([{ mark: fields.text('mark') }], frame.now, frame.viewer.zone);
  const role = given.value('mark', roleParameter);
  const typed = { text: fields.text('text').trim(), time: fields.text('time').trim() };
  // A second click, or a click after somebody else's, adds nothing, and gets a notice.
  if (span.end !== null || (role === 'detected' && span.detected !== null))
    return leadTo(reply, span.id, 'over');
  const read = readMark(span, typed, role, frame);
  if ('message' in read) {
    return sendSpan(context, frame, request, reply.code(400), span, { typed, problem: read });
  }
  await intake.submit('http', (batch) => batch.addEvent(read));
  return leadTo(reply, span.id, role);
}

/** The mark as an event, or the error in the typed values. */
function readMark(
  { type, key, tags, begin }: TitledSpan,
  { text, time }: MarkTyped,
  role: 'resolved' | 'detected',
  { now, viewer: { name, zone } }: Frame,
): Event | FieldProblem {
  const at = time === '' ? { ok: true as const, value: now } : parseTime(time, now, zone);
  if (!at.ok) return { field: 'time', message: at.problem.message };
  if (role === 'resolved' && at.value < begin) {
    return {
      field: 'time',
      message: 'before the start of the span; enter a later time, or correct the start',
    };
  }
  if (at.value > now) return { field: 'time', message: 'in the future; leave the time empty for now' };
  const description = text === '' ? `${role}${name === null ? '' : ` by ${name}`}` : text;
  const checked = checkDescription(description);
  if (!checked.ok) return { field: 'text', message: checked.problem.message };
  const own = tags.filter((tag) => keyTagOf([tag]) !== null && tag.endsWith(`=${key}`));
  return { time: at.value, type: `${type}_${role}`, tags: own.slice(0, 1), description };
}

async function findSpan({ store }: RouteContext, id: number): Promise<TitledSpan> {
  const span = await store.span(id);
  if (span === null) throw RequestError.of('SPAN_NOT_FOUND', { value: id });
  return span;
}

function leadTo(reply: FastifyReply, id: number, notice: NoticeName): FastifyReply {
  return reply.redirect(withParameters(spanAddress(id), { notice }), 303);
}
