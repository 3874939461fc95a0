// GET and POST /add, /events/<id>/edit: the forms in which people write events. They work without JavaScript.

import { freshKey, type StoredEvent } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { stateOf } from '../../../../storage/event-state';
import { StoreError } from '../../../../storage/store-error';
import { differencesOf } from '../../../../web/event-difference';
import type { EventTyped } from '../../../../web/event-form';
import { shownInForm } from '../../../../web/event-form';
import { addPage, type EditView, editPage, type FormView } from '../../../../web/event-form-page';
import type { FieldProblem } from '../../../../web/filter';
import { localClock, localDay } from '../../../../web/instant';
import type { Frame } from '../../../../web/layout';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import { bringUpToDate, parseTyped, typedOf } from '../../request/event-form';
import { parseFormBody } from '../../request/form-body';
import { withKey } from '../../request/mark-key';
import { text, texts, time as timeParameter } from '../../request/parameter-kinds';
import { Parameters } from '../../request/parameters';
import { RequestError } from '../../request/request-error';
import { page, route } from '../../request/route-options';
import { changeOf } from '../changes';
import type { RouteContext } from '../context';
import { parseId } from '../events';
import { leadTo } from './event';

type ById = { Params: { id: string } };

const maxKnownTypes = 200;
const maxLinkChars = 4_096;

const linkParameters = {
  type: text('initial type'),
  time: timeParameter('initial time'),
  tags: texts('initial tags, separated by spaces; may be repeated'),
  description: text('initial description'),
};

/** Adds the routes. */
export function addEventForms(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const { store, intake, clock } = context;
  const viewOf = async (frame: Frame): Promise<Omit<FormView, 'typed'>> => ({
    problems: [],
    types: frame.viewer.mayRead ? (await store.names('types', '', maxKnownTypes)).items : [],
    isPreviewed: false,
  });

  const addForm = route({
    id: 'getAddForm',
    summary: 'Returns the form to add an event; the parameters fill in its fields',
    needs: 'write',
    query: linkParameters,
    answers: { 200: page() },
  });
  app.get('/add', addForm, async (request, reply) => {
    const frame = frameOf(request, pages);
    const { typed, problems, added } = readLink(request, frame);
    const view = { ...(await viewOf(frame)), typed, problems, added, spareKey: freshKey() };
    return sendPage(request, reply, addPage(frame, view));
  });

  const adding = route({
    id: 'submitAddForm',
    summary: 'Stores the event in a posted form, then redirects to the page of the event',
    needs: 'write',
    changesState: true,
    answers: {
      303: 'the event was stored, or is a duplicate',
      400: 'the form again, with the errors',
      503: 'the event was not stored; send it again',
    },
  });
  app.post('/add', adding, async (request, reply) => {
    const frame = frameOf(request, pages);
    const fields = parseFormBody(request);
    const typed = typedOf(fields, frame.viewer.zone);
    const read = parseTyped(typed, clock());
    const isPreviewed = fields.has('preview');
    const again = async (status: number, problems: readonly FieldProblem[]): Promise<FastifyReply> => {
      const spareKey = fields.text('key');
      const view = { ...(await viewOf(frame)), typed, problems, isPreviewed, added: null, spareKey };
      return sendPage(request, reply.code(status), addPage(frame, view));
    };
    if (isPreviewed) return again(200, read.ok ? [] : read.problems);
    if (!read.ok) return again(400, read.problems);
    const keyed = await attempt(() => withKey(read.event, fields.text('key'), store));
    if (!keyed.ok) return again(keyed.status, [{ field: null, message: keyed.message }]);
    const event = keyed.value;
    if ('message' in event) return again(400, [event]);
    const stored = await attempt(async () => {
      if (intake.isOverfull) throw RequestError.of('QUEUE_FULL');
      return intake.submit('http', (batch) => batch.addEvent(event));
    });
    if (!stored.ok) return again(stored.status, [{ field: null, message: stored.message }]);
    const { ids, fresh } = stored.value;
    const id = ids[0] ?? 0;
    if (!frame.viewer.mayRead) return reply.redirect(`/add?added=${id}`, 303);
    return leadTo(reply, id, fresh[0] === 1 ? 'stored' : 'known');
  });

  const editForm = route({
    id: 'getEditForm',
    summary: 'Returns the form to edit an event',
    needs: 'edit',
    answers: { 200: page(), 404: 'event not found' },
  });
  app.get<ById>('/events/:id/edit', editForm, async (request, reply) => {
    const frame = frameOf(request, pages);
    const event = await find(context, request);
    const typed = shownInForm(event, frame.viewer.zone);
    const view = { ...(await viewOf(frame)), typed, state: stateOf(event), same: null, changed: null };
    return sendPage(request, reply, editPage(frame, event, view));
  });

  const editing = route({
    id: 'submitEditForm',
    summary: 'Changes an event to the fields of a posted form, then redirects to the page of the event',
    needs: 'edit',
    changesState: true,
    answers: {
      303: 'the event was changed',
      400: 'the form again, with the errors',
      404: 'event not found',
      409: 'the form again: the event would be a duplicate of another event, or somebody else has changed the event',
    },
  });
  app.post<ById>('/events/:id/edit', editing, async (request, reply) => {
    const frame = frameOf(request, pages);
    const { event, original, isDeleted } = await findForForm(context, request);
    const fields = parseFormBody(request);
    const state = fields.text('state');
    const shown = state === '' ? event : await original(state);
    const typed = typedOf(fields, frame.viewer.zone);
    const read = parseTyped(typed, clock(), shown ?? event);
    const again = async (
      status: number,
      told: Partial<Pick<EditView, 'typed' | 'problems' | 'same' | 'changed'>> & { now?: StoredEvent },
    ): Promise<FastifyReply> => {
      const { now = event, ...rest } = told;
      const view = { ...(await viewOf(frame)), typed, same: null, changed: null, ...rest };
      const isPreviewed = fields.has('preview');
      const page = editPage(frame, now, { ...view, state: stateOf(now), isPreviewed });
      return sendPage(request, reply.code(status), page);
    };
    // The form is shown again with the other person's change, and saved only after that was seen.
    const outdated = async (now: StoredEvent): Promise<FastifyReply> => {
      const differences = shown === null ? null : differencesOf(shown, now);
      const merged = shown === null ? typed : bringUpToDate(typed, shown, now);
      // Fields changed by both keep the typed value.
      const current = shownInForm(now, typed.zone);
      const clashes = (differences ?? []).flatMap(({ field }) =>
        merged[field] === current[field] ? [] : [field],
      );
      return again(409, { now, typed: merged, changed: { differences, clashes, isDeleted } });
    };
    if (isDeleted || (state !== '' && state !== stateOf(event))) return outdated(event);
    if (!read.ok) return again(400, read);
    if (fields.has('preview')) return again(200, {});
    const edited = await attempt(() =>
      store.edit(event.id, read.event, changeOf(request, context), state === '' ? null : [state]),
    );
    if (!edited.ok) return again(edited.status, { problems: [{ field: null, message: edited.message }] });
    const outcome = edited.value;
    if (outcome.kind === 'missing') throw RequestError.of('EVENT_NOT_FOUND');
    if (outcome.kind === 'stale') return outdated(outcome.event);
    if (outcome.kind === 'same') return again(409, { same: outcome.id });
    return leadTo(reply, event.id, outcome.kind === 'done' ? 'edited' : 'unchanged');
  });
}

// Store errors are shown above the form, so that the typed text is not lost.
async function attempt<T>(
  change: () => Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; status: number; message: string }> {
  try {
    return { ok: true, value: await change() };
  } catch (error) {
    if (error instanceof StoreError) return { ok: false, status: error.status, message: error.publicMessage };
    if (error instanceof RequestError) return { ok: false, status: error.status, message: error.message };
    throw error;
  }
}

async function find({ store }: RouteContext, request: FastifyRequest<ById>): Promise<StoredEvent> {
  const event = await store.event(parseId(request.params.id));
  if (event === null) throw RequestError.of('EVENT_NOT_FOUND');
  return event;
}

// The event that a form edits, deleted or not, and its former version with a given state; null when that is unknown.
async function findForForm(
  { store }: RouteContext,
  request: FastifyRequest<ById>,
): Promise<{
  readonly event: StoredEvent;
  readonly isDeleted: boolean;
  readonly original: (state: string) => Promise<StoredEvent | null>;
}> {
  const id = parseId(request.params.id);
  const [present, { entries }] = await Promise.all([store.event(id), store.newestHistory(id)]);
  const last = present ?? entries.at(-1)?.before ?? null;
  if (last === null) throw RequestError.of('EVENT_NOT_FOUND');
  const event = { ...last, id };
  return {
    event,
    isDeleted: present === null,
    original: async (state) => {
      if (stateOf(event) === state) return event;
      const was = entries.findLast(({ before }) => before !== null && stateOf(before) === state)?.before;
      return was ? { ...was, id } : null;
    },
  };
}

// The values of a link. A time is converted to the format of the form; an invalid time is shown unchanged, with an
// error.
function readLink(
  request: FastifyRequest,
  { now, viewer: { zone } }: Frame,
): {
  readonly typed: EventTyped;
  readonly problems: readonly FieldProblem[];
  readonly added: number | null;
} {
  const parameters = new Parameters([request.query], now, zone);
  const typedIn = (name: string): string => (parameters.last(name) ?? '').slice(0, maxLinkChars);
  const problems: FieldProblem[] = [];
  let time = typedIn('time');
  try {
    const at = time === '' ? null : parameters.value('time', linkParameters.time);
    if (at !== null) time = `${localDay(at.ms, zone)}T${localClock(at.ms, zone)}`;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    problems.push({ field: 'time', message: error.message });
  }
  const typed = {
    time,
    zone,
    type: typedIn('type'),
    tags: parameters.value('tags', linkParameters.tags).join(' '),
    description: typedIn('description'),
  };
  const added = typedIn('added');
  return { typed, problems, added: /^\d{1,15}$/.test(added) ? Number(added) : null };
}
