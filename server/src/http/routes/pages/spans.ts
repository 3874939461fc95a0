// GET /spans and /spans/<id> for browsers, and the button that ends a span: the pages of incidents and of all else that lasts.

import { checkDescription, type Event, parseTime } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TitledSpan } from '../../../formats/titled-span';
import type { SpanList } from '../../../store/event-store';
import { withParameters } from '../../../web/address';
import type { FieldProblem } from '../../../web/filter';
import type { MarkTyped } from '../../../web/incidents/mark-form';
import { spanAddress } from '../../../web/incidents/span-facts';
import { spanPage, type ToldMark } from '../../../web/incidents/span-page';
import { type SpansView, spansPage } from '../../../web/incidents/spans-page';
import type { Frame } from '../../../web/layout';
import { type NoticeName, parseNotice } from '../../../web/notice';
import { formatCursor, pageParameters, parseCursor } from '../../event-query';
import { parseFormBody } from '../../form-body';
import { OneAtATime } from '../../one-at-a-time';
import { frameOf, type PageContext, sendPage } from '../../page-answer';
import { forBrowsers } from '../../page-constraint';
import { problemOf, readPageQuery } from '../../page-query';
import { Parameters } from '../../parameters';
import { RequestError } from '../../request-error';
import { route } from '../../route-options';
import { readSpanQuery, scales, spanParameters } from '../../span-query';
import type { RouteContext } from '../context';
import { parseId } from '../events';
import { defaultWindow, findSuspects } from '../suspects';

type ById = { Params: { id: string } };

const rowsAtOnce = 50;
const maxOpen = 100;
const maxKnownTypes = 200;
/** Of so many marks the text is read. */
const maxToldMarks = 30;
/** Once so much was read, that of the others is not. */
const maxToldChars = 262_144;
const nothing: SpanList = { spans: [], next: null };
const nothingWrong = { typed: { text: '', time: '' }, problem: null };

/** Adds the routes. */
export function addSpanPages(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const listing = route({
    summary: 'The page of incidents',
    needs: 'read',
    query: { ...spanParameters, ...pageParameters },
    isHidden: true,
  });
  app.get('/spans', { constraints: forBrowsers, ...listing }, (request, reply) =>
    sendList(context, pages, request, reply),
  );

  const showing = route({ summary: 'The page of an incident', needs: 'read', isHidden: true });
  app.get<ById>('/spans/:id', { constraints: forBrowsers, ...showing }, async (request, reply) => {
    const id = parseId(request.params.id);
    const frame = frameOf(request, pages);
    const span = await findSpan(context, id);
    if (span.id !== id) return reply.redirect(spanAddress(span.id), 303);
    return sendSpan(context, frame, request, reply, span);
  });

  const marking = route({
    summary: 'Marks the end of a span, or its detection, as the button of its page; then leads to it',
    needs: 'write',
    changesState: true,
    answers: { 303: 'done, or done already', 400: 'the page, with what is wrong', 404: 'there is none' },
  });
  // Of two who click at once the second is told, and adds nothing.
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
  const scale = parameters.choice('scale', 'incident', scales);
  const view = {
    filter,
    scale,
    severity: parameters.last('severity') ?? '',
    origin: parameters.last('origin') ?? '',
    types: (await store.types('', maxKnownTypes)).items.map(({ name }) => name),
  };
  const problem = problemOf(asked, now);
  if (problem !== null) {
    const empty = { open: [], hasMoreOpen: false, over: [], next: null, isFurther: false };
    return sendPage(request, reply.code(400), spansPage(frame, { ...view, ...empty, problem }));
  }
  const after = parseCursor(parameters.last('after'));
  const { isOpen: only, ...wanted } = readSpanQuery(parameters, now, 'descending');
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
    findSuspects(context, span.id, parameters),
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

async function tellMarks({ store }: RouteContext, { marks }: TitledSpan): Promise<ToldMark[]> {
  let chars = 0;
  const told: ToldMark[] = [];
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
  const role = new Parameters([{ mark: fields.text('mark') }], frame.now, frame.viewer.zone).choice(
    'mark',
    'resolved',
    ['resolved', 'detected'],
  );
  const typed = { text: fields.text('text').trim(), time: fields.text('time').trim() };
  // Whoever clicks twice, or later than somebody else, is told, and adds nothing.
  if (span.end !== null || (role === 'detected' && span.detected !== null))
    return leadTo(reply, span.id, 'over');
  const read = readMark(span, typed, role, frame);
  if ('message' in read) {
    return sendSpan(context, frame, request, reply.code(400), span, { typed, problem: read });
  }
  await intake.submit('http', (batch) => batch.addEvent(read));
  return leadTo(reply, span.id, role);
}

/** The event that marks it, or what is wrong with what was typed. */
function readMark(
  { type, key, tags, begin }: TitledSpan,
  { text, time }: MarkTyped,
  role: 'resolved' | 'detected',
  { now, viewer: { name, zone } }: Frame,
): Event | FieldProblem {
  const at = time === '' ? { ok: true as const, value: now } : parseTime(time, now, zone);
  if (!at.ok) return { field: 'time', message: at.problem.message };
  if (role === 'resolved' && at.value < begin) {
    return { field: 'time', message: 'that is before it began; give a later time, or mend its start' };
  }
  if (at.value > now) return { field: 'time', message: 'that is in the future; leave it out for now' };
  const description = text === '' ? `${role}${name === null ? '' : ` by ${name}`}` : text;
  const checked = checkDescription(description);
  if (!checked.ok) return { field: 'text', message: checked.problem.message };
  const own = tags.filter((tag) => tag === `incident=${key}` || tag === `outage=${key}`);
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
