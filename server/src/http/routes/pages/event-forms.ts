// GET and POST /add, /events/<id>/edit: the forms in which people write events. They work without scripts.

import type { StoredEvent } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { stateOf } from '../../../store/event-state';
import { StoreError } from '../../../store/store-error';
import { differencesOf } from '../../../web/event-difference';
import type { EventTyped } from '../../../web/event-form';
import { shownInForm } from '../../../web/event-form';
import { addPage, type EditView, editPage, type FormView } from '../../../web/event-form-page';
import type { FieldProblem } from '../../../web/filter';
import { localClock, localDay } from '../../../web/instant';
import type { Frame } from '../../../web/layout';
import { bringUpToDate, parseTyped, typedOf } from '../../event-form';
import { parseFormBody } from '../../form-body';
import { frameOf, type PageContext, sendPage } from '../../page-answer';
import { Parameters } from '../../parameters';
import { RequestError } from '../../request-error';
import { route } from '../../route-options';
import { changeOf } from '../changes';
import type { RouteContext } from '../context';
import { parseId } from '../events';
import { leadTo } from './event';

type ById = { Params: { id: string } };

const maxKnownTypes = 200;
const maxLinkChars = 4_096;

/** Adds the routes. */
export function addEventForms(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const { store, intake, clock } = context;
  const viewOf = async (frame: Frame): Promise<Omit<FormView, 'typed'>> => ({
    problems: [],
    types: frame.viewer.mayRead ? (await store.names('types', '', maxKnownTypes)).items : [],
    isPreviewed: false,
  });

  const addForm = route({
    summary: 'The form to add an event; a link may fill it in',
    needs: 'write',
    query: {
      type: 'fills in the type',
      time: 'fills in the time: whatever `from` takes',
      tags: 'fills in the tags, with blanks between them; may be repeated',
      description: 'fills in the description',
    },
    answers: { 200: 'a page' },
  });
  app.get('/add', addForm, async (request, reply) => {
    const frame = frameOf(request, pages);
    const { typed, problems, added } = readLink(request, frame);
    return sendPage(request, reply, addPage(frame, { ...(await viewOf(frame)), typed, problems, added }));
  });

  const adding = route({
    summary: 'Stores the event of the form; then leads to it',
    needs: 'write',
    changesState: true,
    answers: { 303: 'stored, or known already', 400: 'the form, with what is wrong', 503: 'send it again' },
  });
  app.post('/add', adding, async (request, reply) => {
    const frame = frameOf(request, pages);
    const fields = parseFormBody(request);
    const typed = typedOf(fields, frame.viewer.zone);
    const read = parseTyped(typed, clock());
    const isPreviewed = fields.has('preview');
    const again = async (status: number, problems: readonly FieldProblem[]): Promise<FastifyReply> => {
      const view = { ...(await viewOf(frame)), typed, problems, isPreviewed, added: null };
      return sendPage(request, reply.code(status), addPage(frame, view));
    };
    if (isPreviewed) return again(200, read.ok ? [] : read.problems);
    if (!read.ok) return again(400, read.problems);
    const stored = await attempt(async () => {
      if (intake.isOverfull) throw RequestError.of('QUEUE_FULL');
      return intake.submit('http', (batch) => batch.addEvent(read.event));
    });
    if (!stored.ok) return again(stored.status, [{ field: null, message: stored.message }]);
    const { ids, fresh } = stored.value;
    const id = ids[0] ?? 0;
    if (!frame.viewer.mayRead) return reply.redirect(`/add?added=${id}`, 303);
    return leadTo(reply, id, fresh[0] === 1 ? 'stored' : 'known');
  });

  const editForm = route({
    summary: 'The form to edit an event',
    needs: 'edit',
    answers: { 200: 'a page', 404: 'there is none' },
  });
  app.get<ById>('/events/:id/edit', editForm, async (request, reply) => {
    const frame = frameOf(request, pages);
    const event = await find(context, request);
    const typed = shownInForm(event, frame.viewer.zone);
    const view = { ...(await viewOf(frame)), typed, state: stateOf(event), same: null, changed: null };
    return sendPage(request, reply, editPage(frame, event, view));
  });

  const editing = route({
    summary: 'Edits the event as the form says; then leads to it',
    needs: 'edit',
    changesState: true,
    answers: {
      303: 'done',
      400: 'the form, with what is wrong',
      404: 'there is none',
      409: 'the form: another event is the same, or somebody else has changed it meanwhile',
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
    // It is shown with the other's change, and saved only when that was seen.
    const outdated = async (now: StoredEvent): Promise<FastifyReply> => {
      const differences = shown === null ? null : differencesOf(shown, now);
      const merged = shown === null ? typed : bringUpToDate(typed, shown, now);
      // What both have changed stays as it was typed.
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

// What the store cannot do now is told above the form: what was typed must not be lost with it.
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

// The event that a form edits, deleted or not, and what it was when it had a state; null where that is not known.
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

// What a link fills in. A time is shown as the form shows it; one that is not understood is shown as it came, and told.
function readLink(
  request: FastifyRequest,
  { now, viewer: { zone } }: Frame,
): {
  readonly typed: EventTyped;
  readonly problems: readonly FieldProblem[];
  readonly added: number | null;
} {
  const parameters = new Parameters([request.query], now, zone);
  const text = (name: string): string => (parameters.last(name) ?? '').slice(0, maxLinkChars);
  const problems: FieldProblem[] = [];
  let time = text('time');
  try {
    const at = time === '' ? null : parameters.time('time', now);
    if (at !== null) time = `${localDay(at, zone)}T${localClock(at, zone)}`;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    problems.push({ field: 'time', message: error.message });
  }
  const typed = {
    time,
    zone,
    type: text('type'),
    tags: parameters.all('tags').join(' '),
    description: text('description'),
  };
  const added = text('added');
  return { typed, problems, added: /^\d{1,15}$/.test(added) ? Number(added) : null };
}
