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
import { filterNames, readEventQuery } from '../event-query';
import { Parameters } from '../parameters';
import { RequestError } from '../request-error';
import type { RouteContext } from './context';
import { parseId } from './events';

type ById = { Params: { id: string } };

// So many are deleted in one transaction: others write in between.
const deletedAtOnce = 500;
const countedAtOnce = 10_000;
const edits = { config: { changesState: true, needs: 'edit' } } as const;

/** Adds the routes. */
export function addChangeRoutes(app: FastifyInstance, context: RouteContext): void {
  const { store, clock, settings } = context;
  const changeOf = (request: FastifyRequest): Change => ({ at: clock(), who: request.token?.name ?? null });

  app.patch<ById>('/events/:id', edits, async (request) => {
    const event = await readEvent(store, request);
    const body = request.body as Buffer | undefined;
    const patched = parseEventPatch(body ?? Buffer.alloc(0), event, clock(), settings['time-zone']);
    settle(await store.edit(event.id, patched, changeOf(request)), event.id);
    return { id: event.id, ...patched };
  });

  app.delete<ById>('/events/:id', edits, async (request, reply) => {
    const id = parseId(request.params.id);
    if ((await store.remove([id], changeOf(request))) === 0) throw RequestError.of('EVENT_NOT_FOUND');
    return reply.code(204).send();
  });

  app.post<ById>('/events/:id/restore', edits, async (request) => {
    const id = parseId(request.params.id);
    settle(await store.restore(id, changeOf(request)), id);
    return readEvent(store, request);
  });

  app.get<ById>('/events/:id/history', { config: { needs: 'read' } }, async (request) => {
    const id = parseId(request.params.id);
    const [event, history] = await Promise.all([store.event(id), store.history(id)]);
    if (event === null && history.length === 0) throw RequestError.of('NEVER_THERE', { value: id });
    return { id, isDeleted: event === null, history: history.map(toJson) };
  });

  app.post('/events/delete', { config: { changesState: true, needs: 'admin' } }, async (request) => {
    const now = clock();
    const parameters = new Parameters([request.query], now, settings['time-zone']).allowOnly([
      ...filterNames,
      'dry_run',
      'count',
    ]);
    if (filterNames.every((name) => parameters.last(name) === undefined)) {
      throw RequestError.of('FILTER_NEEDED', { known: filterNames.join(', ') });
    }
    const query = readEventQuery(parameters, now);
    const count = await countEvents(store, query);
    if (parameters.choice('dry_run', '0', ['0', '1']) === '1') return { deleted: 0, count };
    if (parameters.last('count') === undefined) throw RequestError.of('COUNT_NEEDED');
    const expected = parameters.whole('count', 0, 0, Number.MAX_SAFE_INTEGER);
    if (expected !== count) throw RequestError.of('COUNT_DIFFERS', { value: count, expected });
    return { deleted: await deleteEvents(store, query, changeOf(request)), count };
  });
}

async function readEvent(store: EventStore, request: FastifyRequest<ById>) {
  const event = await store.event(parseId(request.params.id));
  if (event === null) throw RequestError.of('EVENT_NOT_FOUND');
  return event;
}

function settle(outcome: ChangeOutcome, id: number): void {
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
