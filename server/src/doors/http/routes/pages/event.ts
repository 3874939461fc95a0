// GET /events/<id> for browsers, and the buttons on that page: delete, restore.

import { createGlobTest, type StoredEvent } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Followers } from '../../../../formats/told-suspects';
import { deletedEventPage, eventPage } from '../../../../web/event-page';
import { type NoticeName, parseNotice } from '../../../../web/notice';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import { forBrowsers } from '../../request/page-constraint';
import { Parameters } from '../../request/parameters';
import { RequestError } from '../../request/request-error';
import { page, route } from '../../request/route-options';
import { changeOf, deleteEvent, settle } from '../changes';
import type { RouteContext } from '../context';
import { parseId } from '../events';

type ById = { Params: { id: string } };

const followedWithinMs = 24 * 3_600_000;
const maxFollowers = 10;

/** Adds the routes. */
export function addEventPage(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const { store } = context;
  const showing = {
    constraints: forBrowsers,
    ...route({ id: null, summary: 'The page of an event', needs: 'read', answers: { 200: page() } }),
  };
  for (const url of ['/events/:id', '/events/:id/']) {
    app.get<ById>(url, showing, (request, reply) => show(context, pages, request, reply));
  }

  const deleting = route({
    id: 'submitDeletion',
    summary: 'Deletes an event when a person presses the button on its page, then redirects to this page',
    needs: 'edit',
    changesState: true,
    answers: { 303: 'the event was deleted', 404: 'event not found' },
  });
  app.post<ById>('/events/:id/delete', deleting, async (request, reply) =>
    leadTo(reply, await deleteEvent(request, context)),
  );

  const restoring = {
    constraints: forBrowsers,
    ...route({
      id: null,
      summary: 'Restores a deleted event',
      needs: 'edit',
      changesState: true,
      answers: { 303: 'done' },
    }),
  };
  app.post<ById>('/events/:id/restore', restoring, async (request, reply) => {
    const id = parseId(request.params.id);
    settle(await store.restore(id, changeOf(request, context)), id);
    return leadTo(reply, id, 'restored');
  });
}

/** Redirects a browser to the page of an event, which shows the notice. */
export function leadTo(reply: FastifyReply, id: number, notice?: NoticeName): FastifyReply {
  return reply.redirect(`/events/${id}${notice === undefined ? '' : `?notice=${notice}`}`, 303);
}

async function show(
  context: RouteContext,
  pages: PageContext,
  request: FastifyRequest<ById>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { store, clock, settings } = context;
  const id = parseId(request.params.id);
  const frame = frameOf(request, pages);
  const [event, newest, eventKey] = await Promise.all([
    store.event(id),
    store.newestHistory(id),
    store.key(id),
  ]);
  const history = { changes: newest.entries, isAll: newest.isAll };
  const parameters = new Parameters([request.query], clock(), settings['time-zone']);
  const notice = parseNotice(parameters.last('notice'));
  if (event !== null) {
    const [span, followers] = await Promise.all([store.span(id), followersOf(context, event)]);
    const view = { event, eventKey, history, span: span?.id ?? null, notice, followers };
    return sendPage(request, reply, eventPage(frame, view));
  }
  const was = history.changes.at(-1)?.before ?? null;
  if (was === null && history.changes.length > 0) throw RequestError.of('EVENT_PURGED', { value: id });
  if (was === null) throw RequestError.of('EVENT_NOT_FOUND');
  return sendPage(request, reply.code(410), deletedEventPage(frame, { id, was, history, notice }));
}

// The incidents and gains that followed a change; null for events that are not changes.
async function followersOf(
  { store, settings }: RouteContext,
  { id, type }: StoredEvent,
): Promise<Followers | null> {
  if (!settings['change-types'].some((pattern) => createGlobTest(pattern)(type))) return null;
  const query = { fromMs: 0, untilMs: 0, scales: ['incident', 'gain'], order: 'ascending' } as const;
  return store.followers(id, query, { windowMs: followedWithinMs, limit: maxFollowers });
}
