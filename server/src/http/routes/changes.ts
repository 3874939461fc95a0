// Edits, deletes and restores events, one or many, and tells what became of them.

import { formatTime } from '@anthracite/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type {
  Change,
  ChangeOutcome,
  Cursor,
  EventQuery,
  EventStore,
  HistoryEntry,
} from '../../store/event-store';
import { parseEventPatch } from '../event-body';
import { filterNames, filterParameters, readEventQuery } from '../event-query';
import { RequestError } from '../request-error';
import { readParameters, route } from '../route-options';
import type { RouteContext } from './context';
import { parseId } from './events';

type ById = { Params: { id: string } };

// So many are deleted in one transaction: others write in between.
const deletedAtOnce = 500;
const countedAtOnce = 10_000;

/** Adds the routes. */
export function addChangeRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock, settings } = context;
  const editing = route({
    summary: 'Edits an event',
    needs: 'edit',
    changesState: true,
    body: {
      time: 'milliseconds since the epoch, or a time as `from` takes it',
      type: 'a word',
      tags: 'an array of words',
      description: 'text',
    },
    answers: {
      200: 'the event as it is now',
      404: 'there is none',
      409: 'another event is already the same',
    },
  });
  app.patch<ById>('/events/:id', editing, async (request) => {
    const event = await readEvent(store, request);
    const body = request.body as Buffer | undefined;
    const patched = parseEventPatch(body ?? Buffer.alloc(0), event, clock(), settings['time-zone']);
    settle(await store.edit(event.id, patched, changeOf(request, context)), event.id);
    return { id: event.id, ...patched };
  });

  const deleting = route({
    summary: 'Deletes an event; sent again, it stays deleted',
    needs: 'edit',
    changesState: true,
    answers: { 204: 'done', 404: 'there is none' },
  });
  app.delete<ById>('/events/:id', deleting, async (request, reply) => {
    await deleteEvent(request, context);
    return reply.code(204).send();
  });

  const restoring = route({
    summary: 'Puts a deleted event back as it was',
    needs: 'edit',
    changesState: true,
    answers: { 200: 'the event', 404: 'there never was one', 409: 'another event is already the same' },
  });
  app.post<ById>('/events/:id/restore', restoring, async (request) => {
    const id = parseId(request.params.id);
    settle(await store.restore(id, changeOf(request, context)), id);
    return readEvent(store, request);
  });

  const telling = route({
    summary: 'Who changed an event, when, and what',
    needs: 'read',
    query: { after: 'go on behind a page: its `next`' },
    answers: { 200: 'the changes, oldest first', 404: 'there never was one' },
  });
  app.get<ById>('/events/:id/history', telling, async (request) => {
    const id = parseId(request.params.id);
    const after = readParameters(request, context).whole('after', 0, 0, Number.MAX_SAFE_INTEGER);
    const [event, { entries, isAll }] = await Promise.all([store.event(id), store.history(id, after)]);
    if (event === null && entries.length === 0 && (await store.newestHistory(id)).entries.length === 0) {
      throw RequestError.of('NEVER_THERE', { value: id });
    }
    return {
      id,
      isDeleted: event === null,
      history: entries.map(toJson),
      truncated: !isAll,
      ...(!isAll && { next: entries.at(-1)?.id }),
    };
  });

  const deletingMany = route({
    summary: 'Deletes all events that a query asks for, once it was said how many they are',
    needs: 'admin',
    changesState: true,
    query: {
      ...filterParameters,
      dry_run: '1: only count what would go',
      count: 'how many must match; when it is another number nothing is deleted',
    },
    answers: { 200: 'how many matched, and how many were deleted', 409: 'another number matches now' },
  });
  app.post('/events/delete', deletingMany, async (request) => {
    const parameters = readParameters(request, context);
    if (filterNames.every((name) => parameters.last(name) === undefined)) {
      throw RequestError.of('FILTER_NEEDED', { known: filterNames.join(', ') });
    }
    const query = readEventQuery(parameters, clock());
    const count = await countEvents(store, query);
    if (parameters.choice('dry_run', '0', ['0', '1']) === '1') return { deleted: 0, count };
    if (parameters.last('count') === undefined) throw RequestError.of('COUNT_NEEDED');
    const expected = parameters.whole('count', 0, 0, Number.MAX_SAFE_INTEGER);
    if (expected !== count) throw RequestError.of('COUNT_DIFFERS', { value: count, expected });
    return { deleted: await deleteEvents(store, query, changeOf(request, context)), count };
  });
}

/** Who changes something, and when. */
export function changeOf(request: FastifyRequest, { clock }: RouteContext): Change {
  return { at: clock(), who: request.token?.name ?? null };
}

/** Deletes the event that a request names, and resolves with its id. Rejects with a `RequestError` when there is none. */
export async function deleteEvent(request: FastifyRequest<ById>, context: RouteContext): Promise<number> {
  const id = parseId(request.params.id);
  const deleted = await context.store.remove([id], changeOf(request, context));
  if (deleted === 0) throw RequestError.of('EVENT_NOT_FOUND');
  return id;
}

async function readEvent(store: EventStore, request: FastifyRequest<ById>) {
  const event = await store.event(parseId(request.params.id));
  if (event === null) throw RequestError.of('EVENT_NOT_FOUND');
  return event;
}

/** Throws a `RequestError` for a change that could not be made. */
export function settle(outcome: ChangeOutcome, id: number): void {
  if (outcome.kind === 'missing') throw RequestError.of('NEVER_THERE', { value: id });
  if (outcome.kind === 'same') throw RequestError.of('SAME_EVENT', { value: outcome.id });
}

async function countEvents(store: EventStore, query: EventQuery): Promise<number> {
  let count = 0;
  for (let after: Cursor | null = null; ; ) {
    const page = await store.page(query, 'none', countedAtOnce, after);
    count += page.count;
    if (page.next === null) return count;
    after = page.next;
  }
}

async function deleteEvents(store: EventStore, query: EventQuery, change: Change): Promise<number> {
  let deleted = 0;
  for (let after: Cursor | null = null; ; ) {
    const { ids, next } = await store.ids(query, deletedAtOnce, after);
    deleted += await store.remove(ids, change);
    if (next === null) return deleted;
    after = next;
  }
}

function toJson({ id, at, who, before, after }: HistoryEntry) {
  return { change: id, at: formatTime(at, 'UTC'), who, before, after };
}
