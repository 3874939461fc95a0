// Edits, deletes and restores events, one or many, and tells what became of them.

import { formatTime, type StoredEvent } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type {
  Change,
  ChangeOutcome,
  Cursor,
  EventQuery,
  EventStore,
  FoundEvents,
  HistoryEntry,
  WantedStates,
} from '../../store/event-store';
import { parseEventPatch } from '../event-body';
import { etagOf, readIfMatch, sendEtag } from '../event-condition';
import { filterNames, filterParameters, readEventQuery } from '../event-query';
import { RequestError } from '../request-error';
import { readParameters, route } from '../route-options';
import type { RouteContext } from './context';
import { parseId } from './events';

type ById = { Params: { id: string } };

// They go in one commit, which every other writer waits for.
const maxDeletedAtOnce = 1_000_000;
const foundAtOnce = 10_000;

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
      412: 'it is not what If-Match says',
    },
  });
  app.patch<ById>('/events/:id', editing, async (request, reply) => {
    const id = parseId(request.params.id);
    const wanted = readIfMatch(request);
    const body = request.body as Buffer | undefined;
    const patch = parseEventPatch(
      body ?? Buffer.alloc(0),
      request.headers['content-type'],
      clock(),
      settings['time-zone'],
    );
    const outcome = await store.edit(id, patch, changeOf(request, context), wanted);
    if (outcome.kind === 'missing') throw RequestError.of('EVENT_NOT_FOUND');
    return sendEvent(reply, settle(outcome, id));
  });

  const deleting = route({
    summary: 'Deletes an event; sent again, it stays deleted',
    needs: 'edit',
    changesState: true,
    answers: { 204: 'done', 404: 'there is none', 412: 'it is not what If-Match says' },
  });
  app.delete<ById>('/events/:id', deleting, async (request, reply) => {
    await deleteEvent(request, context, readIfMatch(request));
    return reply.code(204).send();
  });

  const restoring = route({
    summary: 'Puts a deleted event back as it was',
    needs: 'edit',
    changesState: true,
    answers: { 200: 'the event', 404: 'there never was one', 409: 'another event is already the same' },
  });
  app.post<ById>('/events/:id/restore', restoring, async (request, reply) => {
    const id = parseId(request.params.id);
    return sendEvent(reply, settle(await store.restore(id, changeOf(request, context)), id));
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
    if (parameters.choice('dry_run', '0', ['0', '1']) === '1') {
      return { deleted: 0, count: await countEvents(store, query) };
    }
    if (parameters.last('count') === undefined) throw RequestError.of('COUNT_NEEDED');
    const expected = parameters.whole('count', 0, 0, Number.MAX_SAFE_INTEGER);
    const found = await findEvents(store, query);
    const { kind, count } = await store.removeAll(query, found, expected, changeOf(request, context));
    if (kind === 'differs') throw RequestError.of('COUNT_DIFFERS', { value: count, expected });
    return { deleted: count, count };
  });
}

/** Who changes something, and when. */
export function changeOf(request: FastifyRequest, { clock }: RouteContext): Change {
  return { at: clock(), who: request.token?.name ?? null };
}

/** Deletes the event that a request names, and resolves with its id. Rejects with a `RequestError` when it cannot. */
export async function deleteEvent(
  request: FastifyRequest<ById>,
  context: RouteContext,
  wanted: WantedStates = null,
): Promise<number> {
  const id = parseId(request.params.id);
  const outcome = await context.store.remove(id, changeOf(request, context), wanted);
  if (outcome.kind === 'missing') throw RequestError.of('EVENT_NOT_FOUND');
  settle(outcome, id);
  return id;
}

/** The event as a change has left it. Throws a `RequestError` for a change that could not be made. */
export function settle(outcome: ChangeOutcome, id: number): StoredEvent {
  switch (outcome.kind) {
    case 'missing':
      throw RequestError.of('NEVER_THERE', { value: id });
    case 'same':
      throw RequestError.of('SAME_EVENT', { value: outcome.id });
    case 'stale':
      throw RequestError.of('EVENT_CHANGED', { value: id, etag: etagOf(outcome.event) });
    default:
      return outcome.event;
  }
}

function sendEvent(reply: FastifyReply, event: StoredEvent): StoredEvent {
  sendEtag(reply, event);
  return event;
}

async function countEvents(store: EventStore, query: EventQuery): Promise<number> {
  let count = 0;
  for await (const ids of idsOf(store, query)) count += ids.length;
  return count;
}

async function findEvents(store: EventStore, query: EventQuery): Promise<FoundEvents> {
  const since = await store.position();
  const found: number[] = [];
  for await (const ids of idsOf(store, query)) {
    for (const id of ids) found.push(id);
    if (found.length > maxDeletedAtOnce)
      throw RequestError.of('TOO_MANY_TO_DELETE', { limit: maxDeletedAtOnce });
  }
  return { ids: Float64Array.from(found), since };
}

async function* idsOf(store: EventStore, query: EventQuery): AsyncGenerator<readonly number[]> {
  for (let after: Cursor | null = null; ; ) {
    const { ids, next } = await store.ids(query, foundAtOnce, after);
    yield ids;
    if (next === null) return;
    after = next;
  }
}

function toJson({ id, at, who, before, after }: HistoryEntry) {
  return { change: id, at: formatTime(at, 'UTC'), who, before, after };
}
