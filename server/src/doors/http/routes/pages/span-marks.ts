// POST /spans/<id>/mark, /undo, /reopen: the form on the page of a span.

import { checkDescription, type Event, keyTagOf, parseTime, withSeverity } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TitledSpan } from '../../../../formats/titled-span';
import { withParameters } from '../../../../web/address';
import type { FieldProblem } from '../../../../web/filter';
import { canHaveUpdates, currentSeverity, type MarkTyped } from '../../../../web/incidents/span-actions';
import { spanAddress } from '../../../../web/incidents/span-facts';
import type { Frame } from '../../../../web/layout';
import type { NoticeName } from '../../../../web/notice';
import { frameOf, type PageContext } from '../../answer/page-answer';
import { parseFormBody } from '../../request/form-body';
import { choice } from '../../request/parameter-kinds';
import { Parameters } from '../../request/parameters';
import { RequestError } from '../../request/request-error';
import { route } from '../../request/route-options';
import { OneAtATime } from '../../security/one-at-a-time';
import { changeOf, settle } from '../changes';
import type { RouteContext } from '../context';
import { parseId } from '../events';
import { addressAfter, findSpan, sendSpan } from './span';

type ById = { Params: { id: string } };
type Role = (typeof roles)[number];

const roles = ['resolved', 'detected', 'update'] as const;
const formChoices = {
  mark: choice('the mark to add', roles, 'resolved'),
  severity: choice('the severity from now on; empty: unchanged', ['', '1', '2', '3', '4'], ''),
};

/** Adds the routes. */
export function addSpanForms(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const marking = route({
    id: 'markSpan',
    summary:
      'Receives the form on the page of a span: marks the end or the detection of the span, or adds a note, then redirects to the page',
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

  const undoing = route({
    id: 'undoMark',
    summary: 'Deletes a mark of a span, then redirects to the page of the span',
    needs: 'edit',
    changesState: true,
    answers: { 303: 'the mark was deleted, or does not exist', 404: 'span not found' },
  });
  app.post<ById>('/spans/:id/undo', undoing, async (request, reply) => {
    const span = await findSpan(context, parseId(request.params.id));
    const id = Number(parseFormBody(request).text('event'));
    if (!span.marks.some((one) => one.id === id)) return leadTo(reply, span.id, 'late');
    settle(await context.store.remove(id, changeOf(request, context), null), id);
    const isGone = (await context.store.span(span.id)) === null;
    return isGone ? reply.redirect('/spans', 303) : leadTo(reply, span.id, 'undone');
  });

  const reopening = route({
    id: 'reopenSpan',
    summary: 'Deletes the end of a span, so that it is open again, then redirects to its page',
    needs: 'edit',
    changesState: true,
    answers: { 303: 'the span is open', 404: 'span not found' },
  });
  app.post<ById>('/spans/:id/reopen', reopening, async (request, reply) => {
    const span = await findSpan(context, parseId(request.params.id));
    for (const { id, role } of span.marks) {
      if (role === 'end') settle(await context.store.remove(id, changeOf(request, context), null), id);
    }
    return leadTo(reply, span.id, 'reopened');
  });
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
  const given = new Parameters(
    [{ mark: fields.text('mark'), severity: fields.text('severity') }],
    frame.now,
    frame.viewer.zone,
  );
  const role = given.value('mark', formChoices.mark);
  const severity = given.value('severity', formChoices.severity);
  const typed = { text: fields.text('text').trim(), time: fields.text('time').trim(), severity };
  // A second click, or a click after somebody else's, adds nothing, and gets a notice.
  const isOver = role !== 'update' && span.end !== null;
  if (isOver || (role === 'detected' && span.detected !== null)) return leadTo(reply, span.id, 'over');
  const read = readMark(span, typed, role, frame);
  if ('message' in read) {
    return sendSpan(context, frame, request, reply.code(400), span, { typed, problem: read });
  }
  const { ids, fresh } = await intake.submit('http', (batch) => batch.addEvent(read));
  if (fresh[0] === 0) return leadTo(reply, span.id, 'over');
  return reply.redirect(addressAfter(span.id, role, ids[0] ?? 0, frame.now), 303);
}

/** The mark as an event, or the error in the typed values. */
function readMark(
  span: TitledSpan,
  { text, time, severity }: MarkTyped,
  role: Role,
  { now, viewer: { name, zone } }: Frame,
): Event | FieldProblem {
  const { type, key, tags, begin } = span;
  if (role === 'update' && !canHaveUpdates(span))
    return { field: null, message: 'only incidents and gains with a key can have notes' };
  if (role === 'update' && text === '' && severity === '')
    return { field: 'text', message: 'write a note, or choose another severity' };
  const at = time === '' ? { ok: true as const, value: now } : parseTime(time, now, zone);
  if (!at.ok) return { field: 'time', message: at.problem.message };
  if (role !== 'detected' && at.value < begin) {
    return {
      field: 'time',
      message: 'before the start of the span; enter a later time, or correct the start',
    };
  }
  if (at.value > now) return { field: 'time', message: 'in the future; leave the time empty for now' };
  const by = name === null ? '' : ` by ${name}`;
  const words = role === 'update' ? `severity changed to ${severity}${by}` : `${role}${by}`;
  const checked = checkDescription(text === '' ? words : text);
  if (!checked.ok) return { field: 'text', message: checked.problem.message };
  const own = tags.filter((tag) => keyTagOf([tag]) !== null && tag.endsWith(`=${key}`));
  // A mark with another severity would change it. Without a key, the stem pairs the marks.
  const level = severity === '' ? currentSeverity(span) : (Number(severity) as 1 | 2 | 3 | 4);
  const stem = key === null ? type : (withSeverity(type, level) ?? type);
  return { time: at.value, type: `${stem}_${role}`, tags: own.slice(0, 1), description: checked.value };
}

function leadTo(reply: FastifyReply, id: number, notice: NoticeName): FastifyReply {
  return reply.redirect(withParameters(spanAddress(id), { notice }), 303);
}
