// GET /events/<id> for browsers, and the buttons on it: delete, restore.

import type { StoredEvent } from '@anthracite/protocol';
import { parseMark } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventStore } from '../../../store/event-store';
import { deletedEventPage, eventPage } from '../../../web/event-page';
import { type NoticeName, parseNotice } from '../../../web/notice';
import { frameOf, type PageContext, sendPage } from '../../page-answer';
import { forBrowsers } from '../../page-constraint';
import { Parameters } from '../../parameters';
import { RequestError } from '../../request-error';
import { route } from '../../route-options';
import { changeOf, settle } from '../changes';
import type { RouteContext } from '../context';
import { parseId } from '../events';

type ById = { Params: { id: string } };

const maxSpans = 1_000;

/** Adds the routes. */
export function addEventPage(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const { store } = context;
  const showing = {
    constraints: forBrowsers,
    ...route({ summary: 'The page of an event', needs: 'read', isHidden: true }),
  };
  for (const url of ['/events/:id', '/events/:id/']) {
    app.get<ById>(url, showing, (request, reply) => show(context, pages, request, reply));
  }

  const deleting = route({
    summary: "Deletes an event, as its page's button; then leads to it",
    needs: 'edit',
    changesState: true,
    answers: { 303: 'done', 404: 'there is none' },
  });
  app.post<ById>('/events/:id/delete', deleting, async (request, reply) => {
    const id = parseId(request.params.id);
    if ((await store.remove([id], changeOf(request, context))) === 0)
      throw RequestError.of('EVENT_NOT_FOUND');
    return leadTo(reply, id);
  });

  const restoring = {
    constraints: forBrowsers,
    ...route({ summary: 'Puts a deleted event back', needs: 'edit', changesState: true, isHidden: true }),
  };
  app.post<ById>('/events/:id/restore', restoring, async (request, reply) => {
    const id = parseId(request.params.id);
    settle(await store.restore(id, changeOf(request, context)), id);
    return leadTo(reply, id, 'restored');
  });
}

/** Leads a browser to the page of an event, which tells what was done. */
export function leadTo(reply: FastifyReply, id: number, notice?: NoticeName): FastifyReply {
  return reply.redirect(`/events/${id}${notice === undefined ? '' : `?notice=${notice}`}`, 303);
}

async function show(
  { store, clock, settings }: RouteContext,
  pages: PageContext,
  request: FastifyRequest<ById>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const id = parseId(request.params.id);
  const frame = frameOf(request, pages);
  const [event, history] = await Promise.all([store.event(id), store.history(id)]);
  const parameters = new Parameters([request.query], clock(), settings['time-zone']);
  const notice = parseNotice(parameters.last('notice'));
  if (event !== null) {
    const span = await spanOf(store, event, frame.now);
    return sendPage(request, reply, eventPage(frame, { event, history, span, notice }));
  }
  const was = history.at(-1)?.before ?? null;
  if (was === null) throw RequestError.of('EVENT_NOT_FOUND');
  return sendPage(request, reply.code(410), deletedEventPage(frame, { id, was, history, notice }));
}

interface ListedSpan {
  readonly id: number;
  readonly marks: readonly { readonly id: number }[];
}

// The span that has the event among its marks; null where it is no mark.
async function spanOf(store: EventStore, event: StoredEvent, now: number): Promise<number | null> {
  const { id, time, type, tags } = event;
  if (parseMark(type, tags) === null) return null;
  const types = /^!|\*/.test(type) ? [] : [type];
  const query = { fromMs: time, untilMs: time, types, order: 'descending' as const };
  const { bytes, count } = await store.spanPage(query, 'json', now, maxSpans, null);
  if (count === 0) return null;
  const spans = JSON.parse(`[${Buffer.from(bytes).toString()}]`) as ListedSpan[];
  return spans.find((span) => span.id === id || span.marks.some((mark) => mark.id === id))?.id ?? null;
}
