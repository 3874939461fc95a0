// GET /spans/<id> for browsers: the page of a span. GET /spans/<id>/postmortem: the same as a document to complete.

import { eventLimits, isPlainName, keyTagOf, type SpanMark, withSeverity } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { LogEntry } from '../../../../formats/log-entry';
import { writePostmortem } from '../../../../formats/postmortem';
import type { TitledSpan } from '../../../../formats/titled-span';
import type { Suspects } from '../../../../formats/told-suspects';
import { withParameters } from '../../../../web/address';
import type { FieldProblem } from '../../../../web/filter';
import type { MarkTyped } from '../../../../web/incidents/span-actions';
import { spanAddress } from '../../../../web/incidents/span-facts';
import { spanPage } from '../../../../web/incidents/span-page';
import { localText } from '../../../../web/instant';
import type { Frame } from '../../../../web/layout';
import { type NoticeName, parseNotice } from '../../../../web/notice';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import { forBrowsers } from '../../request/page-constraint';
import { Parameters } from '../../request/parameters';
import { RequestError } from '../../request/request-error';
import { page, route } from '../../request/route-options';
import type { RouteContext } from '../context';
import { parseId } from '../events';
import { defaultWindow, findSuspects, suspectParameters } from '../suspects';

type ById = { Params: { id: string } };

/** Maximum number of marks whose text is read. */
const maxToldMarks = 30;
/** Once this many characters are read, the other marks are shown without text. */
const maxToldChars = 262_144;
/** Maximum number of events with the key of a span that are listed with its marks. */
const maxKeyed = 50;
const dayMs = 86_400_000;
/** Tags that name what an incident is about. */
const serviceTag = /^(?:service|project|app|component)=/;
/** A stem without a name. */
const kindForm = /^(?:incident|outage)$/;
const relatedWithinMs = 180 * dayMs;
const maxRelated = 5;
const undoableMs = 600_000;
const maxServiceTags = 8;
const nothingTyped = { typed: { text: '', time: '', severity: '' }, problem: null };

/** The input of the form, and its error. */
export interface MarkInput {
  readonly typed: MarkTyped;
  readonly problem: FieldProblem | null;
}

/** Adds the routes. */
export function addSpanPage(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
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

  const writing = route({
    id: 'getPostmortem',
    summary: 'Returns a draft of a postmortem as Markdown: figures, log and suspects of a span',
    needs: 'read',
    answers: {
      200: { doc: 'the document', content: { 'text/markdown': null } },
      404: 'span not found',
    },
  });
  app.get<ById>('/spans/:id/postmortem', writing, async (request, reply) => {
    const { zone } = frameOf(request, pages).viewer;
    const span = await findSpan(context, parseId(request.params.id));
    const { suspects, log } = await readDetails(context, request, span, zone);
    const timeText = (timeMs: number): string => localText(timeMs, zone);
    return reply
      .type('text/markdown; charset=utf-8')
      .header('Content-Disposition', `inline; filename="postmortem-${span.id}.md"`)
      .send(writePostmortem({ span, suspects, log, zone, timeText }));
  });
}

/** The address of a span's page after a mark was added there: it offers to undo that for a while. */
export function addressAfter(span: number, notice: NoticeName, mark: number, now: number): string {
  const undo = String(now + undoableMs);
  return withParameters(spanAddress(span), { notice, mark: String(mark), undo });
}

/** Sends the page of a span. */
export async function sendSpan(
  context: RouteContext,
  frame: Frame,
  request: FastifyRequest,
  reply: FastifyReply,
  span: TitledSpan,
  input: MarkInput = nothingTyped,
): Promise<FastifyReply> {
  const parameters = new Parameters([request.query], frame.now, frame.viewer.zone);
  const [{ suspects, log }, related] = await Promise.all([
    readDetails(context, request, span, frame.viewer.zone),
    findRelated(context, span),
  ]);
  const added = Number(parameters.last('mark') ?? Number.NaN);
  const isUndoable = frame.viewer.mayEdit && frame.now < Number(parameters.last('undo') ?? Number.NaN);
  const view = {
    span,
    log,
    suspects,
    related,
    window: parameters.last('window') ?? defaultWindow,
    notice: parseNotice(parameters.last('notice')),
    undoable: isUndoable && span.marks.some(({ id }) => id === added) ? added : null,
    ...input,
  };
  return sendPage(request, reply, spanPage(frame, view));
}

/** The span of a mark. Rejects with a `RequestError` if the event is not a mark. */
export async function findSpan({ store }: RouteContext, id: number): Promise<TitledSpan> {
  const span = await store.span(id);
  if (span === null) throw RequestError.of('SPAN_NOT_FOUND', { value: id });
  return span;
}

async function readDetails(
  context: RouteContext,
  request: FastifyRequest,
  span: TitledSpan,
  zone: string,
): Promise<{ readonly suspects: Suspects; readonly log: readonly LogEntry[] }> {
  const parameters = new Parameters([request.query], context.clock(), zone);
  const [suspects, marks, keyed] = await Promise.all([
    findSuspects(context, span.id, parameters.read(suspectParameters)),
    tellMarks(context, span.marks),
    findKeyed(context, span),
  ]);
  const log = [...marks, ...keyed].sort((one, other) => one.time - other.time || one.id - other.id);
  return { suspects, log };
}

async function tellMarks({ store }: RouteContext, marks: readonly SpanMark[]): Promise<LogEntry[]> {
  let chars = 0;
  const told: LogEntry[] = [];
  for (const [place, mark] of marks.entries()) {
    const isTold = place < maxToldMarks && chars < maxToldChars;
    const description = isTold ? ((await store.event(mark.id))?.description ?? null) : null;
    told.push({ ...mark, description });
    chars += description?.length ?? 0;
  }
  return told;
}

// Other events with the key of the span, such as the deployment of a fix.
async function findKeyed(
  { store }: RouteContext,
  { tags, key, begin, end }: TitledSpan,
): Promise<LogEntry[]> {
  const keyTag = keyTagOf(tags);
  if (key === null || keyTag === null) return [];
  const query = {
    fromMs: begin - dayMs,
    untilMs: end === null ? eventLimits.maxTimeMs : end + 7 * dayMs,
    all: [keyTag],
    withoutMarks: true,
    order: 'ascending',
  } as const;
  const { events } = await store.events(query, null, maxKeyed, null);
  // A key with a star is a pattern.
  return events
    .filter((event) => event.tags.includes(keyTag))
    .map(({ id, time, type, description }) => ({ id, time, type, role: null, description }));
}

async function findRelated({ store }: RouteContext, span: TitledSpan): Promise<readonly TitledSpan[]> {
  if (span.scale !== 'incident') return [];
  const services = span.tags
    .filter((tag) => serviceTag.test(tag) && isPlainName(tag))
    .slice(0, maxServiceTags);
  const stem = withSeverity(span.type, null) ?? span.type;
  const types = ([null, 1, 2, 3, 4] as const).map((severity) => withSeverity(stem, severity) ?? stem);
  const filters = [
    ...(services.length > 0 ? [{ any: services }] : []),
    ...(kindForm.test(stem) || !isPlainName(stem) ? [] : [{ types }]),
  ];
  const lists = await Promise.all(
    filters.map((filter) => {
      const range = { fromMs: span.begin - relatedWithinMs, untilMs: span.begin + relatedWithinMs };
      const query = { ...range, ...filter, scales: ['incident'], order: 'descending' } as const;
      return store.spans(query, maxRelated + 1, null);
    }),
  );
  const found = new Map(lists.flatMap(({ spans }) => spans).map((one) => [one.id, one]));
  found.delete(span.id);
  return [...found.values()].sort((one, other) => other.begin - one.begin).slice(0, maxRelated);
}
