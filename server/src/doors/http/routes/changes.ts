// Edits, deletes, restores and purges events, one or many, and lists their history.

import {
  type BulkDeletion,
  formatTime,
  type HistoryAnswer,
  type HistoryItem,
  type Purge,
  type StoredEvent,
} from '@anthracite/protocol';
import {
  bulkDeletionSchema,
  eventPatchSchema,
  historySchema,
  purgeSchema,
  storedEventSchema,
} from '@anthracite/protocol/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IdPart, ListCount } from '../../../answers/answers';
import type { EventStore } from '../../../answers/event-store';
import type { Cursor, EventQuery } from '../../../query/event-query';
import type {
  Change,
  ChangeOutcome,
  FoundEvents,
  HistoryEntry,
  WantedStates,
} from '../../../storage/event-change';
import { parseEventPatch } from '../request/event-body';
import { etagOf, readIfMatch, sendEtag } from '../request/event-condition';
import { filterNames, filterParameters, readEventQuery } from '../request/event-query';
import { flag, text, wholeNumber } from '../request/parameter-kinds';
import { RequestError } from '../request/request-error';
import { json, openParameters, readParameters, route } from '../request/route-options';
import type { RouteContext } from './context';
import { parseId } from './events';

type ById = { Params: { id: string } };

// They are deleted in one commit, and all other writes wait for it.
const maxDeletedAtOnce = 1_000_000;
const foundAtOnce = 10_000;

const ifMatch = (verb: 'change' | 'delete') => ({
  'If-Match': text(`${verb} the event only if it has this ETag`),
});
const etag = { ETag: 'changes with each change of the event' };
const historyParameters = {
  after: wholeNumber('to get the next page: the value `next` of the previous page', {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: 0,
  }),
};
const deletionParameters = {
  ...filterParameters,
  dry_run: flag('1: only count the events that would be deleted'),
  count: wholeNumber(
    'the number of matching events that a dry run returned; if it has changed, nothing is deleted',
    {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      default: null,
    },
  ),
};

/** Adds the routes. */
export function addChangeRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock, settings, metrics, log } = context;
  const editing = route({
    id: 'editEvent',
    summary: 'Edits an event',
    needs: 'edit',
    changesState: true,
    headers: ifMatch('change'),
    body: { 'application/json': eventPatchSchema },
    answers: {
      200: { ...json(storedEventSchema, 'the changed event'), headers: etag },
      404: 'event not found',
      409: 'the change would make the event a duplicate of another event',
      412: 'somebody has changed the event, so it no longer has the ETag in If-Match',
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
    id: 'deleteEvent',
    summary: 'Deletes an event; it stays deleted even if a sender sends it again',
    needs: 'edit',
    changesState: true,
    headers: ifMatch('delete'),
    answers: {
      204: 'the event was deleted',
      404: 'event not found',
      412: 'somebody has changed the event, so it no longer has the ETag in If-Match',
    },
  });
  app.delete<ById>('/events/:id', deleting, async (request, reply) => {
    await deleteEvent(request, context, readIfMatch(request));
    return reply.code(204).send();
  });

  const restoring = route({
    id: 'restoreEvent',
    summary: 'Restores a deleted event',
    needs: 'edit',
    changesState: true,
    answers: {
      200: { ...json(storedEventSchema, 'the restored event'), headers: etag },
      404: 'the event has never existed',
      409: 'the event would be a duplicate of another event',
      410: 'the event was purged',
    },
  });
  app.post<ById>('/events/:id/restore', restoring, async (request, reply) => {
    const id = parseId(request.params.id);
    const outcome = await store.restore(id, changeOf(request, context));
    const isPurged = outcome.kind === 'missing' && (await store.newestHistory(id)).entries.length > 0;
    if (isPurged) throw RequestError.of('EVENT_PURGED', { value: id });
    return sendEvent(reply, settle(outcome, id));
  });

  const purging = route({
    id: 'purgeEvent',
    summary: 'Purges an event: nothing of it stays, in no file of the database; its history tells only that',
    needs: 'admin',
    changesState: true,
    answers: {
      200: json(purgeSchema, 'purged; a second request reports whether its bytes are erased'),
      404: 'the event has never existed',
    },
  });
  app.post<ById>('/events/:id/purge', purging, async (request): Promise<Purge> => {
    const id = parseId(request.params.id);
    const change = changeOf(request, context);
    const outcome = await store.purge(id, change);
    if (outcome.kind === 'missing') throw RequestError.of('NEVER_THERE', { value: id });
    if (outcome.kind === 'done') {
      metrics.eventsRemoved('purge', 1);
      log.info({ id, by: change.who, peer: request.ip }, 'event purged');
    }
    return { id, erased: outcome.isErased };
  });

  const telling = route({
    id: 'getEventHistory',
    summary: 'Lists the changes of an event: who made them, when, and what changed',
    needs: 'read',
    query: historyParameters,
    answers: { 200: json(historySchema, 'the changes, oldest first'), 404: 'the event has never existed' },
  });
  app.get<ById>('/events/:id/history', telling, async (request): Promise<HistoryAnswer> => {
    const id = parseId(request.params.id);
    const { after } = readParameters(request, context, historyParameters);
    const [event, { entries, isAll }] = await Promise.all([store.event(id), store.history(id, after)]);
    if (event === null && entries.length === 0 && (await store.newestHistory(id)).entries.length === 0) {
      throw RequestError.of('NEVER_THERE', { value: id });
    }
    return {
      id,
      isDeleted: event === null,
      history: entries.map(toJson),
      truncated: !isAll,
      ...(!isAll && { next: entries.at(-1)?.id ?? 0 }),
    };
  });

  const deletingMany = route({
    id: 'deleteEvents',
    summary: 'Deletes all events that match a query, if the number of these events equals `count`',
    needs: 'admin',
    changesState: true,
    query: deletionParameters,
    answers: {
      200: json(bulkDeletionSchema, 'the number of matching events, and of deleted events'),
      409: 'nothing was deleted, because the number of matching events differs from `count`',
    },
  });
  app.post('/events/delete', deletingMany, async (request): Promise<BulkDeletion> => {
    const parameters = openParameters(request, context, deletionParameters);
    if (filterNames.every((name) => parameters.last(name) === undefined)) {
      throw RequestError.of('FILTER_NEEDED', { known: filterNames.join(', ') });
    }
    const { dry_run: isDry, count: expected, ...filter } = parameters.read(deletionParameters);
    const query = readEventQuery(filter, clock());
    if (isDry) {
      return { deleted: 0, count: await countEvents(store, query) };
    }
    if (expected === null) throw RequestError.of('COUNT_NEEDED');
    const found = await findEvents(store, query);
    const { kind, count } = await store.removeAll(query, found, expected, changeOf(request, context));
    if (kind === 'differs') throw RequestError.of('COUNT_DIFFERS', { value: count, expected });
    return { deleted: count, count };
  });
}

/** The author and the time of a change: the person whom a proxy names, or else the token. */
export function changeOf(request: FastifyRequest, { clock }: RouteContext): Change {
  return { at: clock(), who: request.user ?? request.token?.name ?? null };
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

/** The event after a change. Throws a `RequestError` for a change that could not be made. */
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
  let next: Cursor | null = null;
  do {
    const part: ListCount = await store.count(query, null, foundAtOnce, next);
    count += part.count;
    next = part.next;
  } while (next !== null);
  return count;
}

async function findEvents(store: EventStore, query: EventQuery): Promise<FoundEvents> {
  const since = await store.position();
  const found: number[] = [];
  let after: Cursor | null = null;
  do {
    const { ids, next }: IdPart = await store.ids(query, foundAtOnce, after);
    for (const id of ids) found.push(id);
    if (found.length > maxDeletedAtOnce)
      throw RequestError.of('TOO_MANY_TO_DELETE', { limit: maxDeletedAtOnce });
    after = next;
  } while (after !== null);
  return { ids: Float64Array.from(found), since };
}

function toJson({ id, at, who, before, after }: HistoryEntry): HistoryItem {
  return { change: id, at: formatTime(at, 'UTC'), who, before, after };
}
