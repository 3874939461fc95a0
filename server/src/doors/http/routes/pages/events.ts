// GET /events, /events/ for browsers: the page of events.

import { formatTime, type GroupedEvent } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Cursor } from '../../../../query/event-query';
import { lastBefore } from '../../../../query/range-end';
import { withParameters } from '../../../../web/address';
import { type EventsView, eventsPage } from '../../../../web/events-page';
import { type Filter, listedNames } from '../../../../web/filter';
import { readEvents } from '../../answer/listed-events';
import { frameOf, type PageContext, sendPage } from '../../answer/page-answer';
import {
  afterParameter,
  formatCursor,
  type ListQuery,
  listParametersIn,
  readListQuery,
} from '../../request/event-query';
import { forBrowsers } from '../../request/page-constraint';
import { type PageQuery, problemOf, readPageQuery } from '../../request/page-query';
import { wholeNumberOrAll } from '../../request/parameter-kinds';
import { publicUrlOf } from '../../request/public-base';
import { page, route } from '../../request/route-options';
import type { RouteContext } from '../context';
import { graphiteWords } from '../graphite';

const rowsAtOnce = 100;
const maxRows = 1_000;
const pageParameters = {
  ...listParametersIn('descending'),
  limit: wholeNumberOrAll('maximum number of events', { max: 1e9, default: rowsAtOnce }),
};
const beforeParameter = afterParameter.after;
const maxKnownTypes = 200;

/** Adds the routes. */
export function addEventsPage(app: FastifyInstance, context: RouteContext, pages: PageContext): void {
  const options = {
    constraints: forBrowsers,
    ...route({ id: null, summary: 'The page of events', needs: 'read', answers: { 200: page() } }),
  };
  for (const url of ['/events', '/events/']) {
    app.get(url, options, (request, reply) => answer(context, pages, request, reply));
  }
  const embedding = route({
    id: 'getEmbeddedEvents',
    summary: 'Returns the page of events for a frame of another site',
    needs: 'read',
    query: pageParameters,
    answers: { 200: page() },
  });
  app.get('/embed/events', embedding, (request, reply) => answer(context, pages, request, reply));
}

async function answer(
  { store, clock, settings }: RouteContext,
  pages: PageContext,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const now = clock();
  const frame = frameOf(request, pages);
  const asked = readPageQuery(request, now, frame.viewer.zone);
  if (asked.canonical !== null) return reply.redirect(asked.canonical, 303);
  const { filter, parameters } = asked;
  const { items: types } = await store.names('types', '', maxKnownTypes);
  const words = Object.fromEntries(
    ['tags', 'set'].flatMap((name) => {
      const value = parameters.last(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const view = { filter, types, words, sendCommand: sendCommand(request, settings.tcp) };
  const problem = problemOf(asked, now);
  if (problem !== null) {
    const nothing = { events: [], next: null, previous: null, isFurther: false, stream: null, data: null };
    const isOldestFirst = parameters.last('order') === 'ascending';
    return sendPage(
      request,
      reply.code(400),
      eventsPage(frame, { ...view, ...nothing, isOldestFirst, problem }),
    );
  }
  const list = readListQuery(parameters.read(pageParameters), now);
  const wordFilter = graphiteWords(parameters);
  const query = { ...list.query, ...(wordFilter && { words: wordFilter }) };
  const isOldestFirst = query.order === 'ascending';
  const before = parameters.value('before', beforeParameter);
  const isFurther = list.after !== null || before !== null;
  const isGrowing = !isFurther && !isOldestFirst && filter.until === '' && wordFilter === null;
  // Read before the events: an event stored in between is then reported twice rather than missed.
  const position = await store.position();
  const stream = isGrowing ? streamAddress(asked, list, position) : null;
  const { events, next, previous } = await readPage(
    store,
    { ...list, query, limit: Math.min(list.limit, maxRows) },
    before,
  );
  const at = (name: 'after' | 'before', cursor: Cursor | null): string | null =>
    cursor && withParameters(frame.self, { after: null, before: null, [name]: formatCursor(cursor) });
  const shown: EventsView = {
    ...view,
    events,
    isOldestFirst,
    next: at('after', next),
    previous: at('before', previous),
    isFurther,
    stream,
    data: wordFilter === null ? dataAddress(asked, list) : null,
    problem: null,
  };
  return sendPage(request, reply, eventsPage(frame, shown));
}

/** A command that sends an event: to the line port if there is one, else over HTTP. */
function sendCommand(request: FastifyRequest, lineAddresses: readonly string[]): string {
  const line = '"$(date +%s) deploy_website;env=prod release 42"';
  const [, listening = '', port] = /^(.*):(\d+)$/.exec(lineAddresses[0] ?? '') ?? [];
  if (port === undefined) {
    return `curl --data-binary ${line} -H 'Content-Type: text/plain' ${publicUrlOf(request)}/events`;
  }
  const host = ['', '[::]', '0.0.0.0'].includes(listening) ? request.hostname : listening;
  return `echo ${line} | nc -N ${host.replace(/^\[|\]$/g, '')} ${port}`;
}

interface EventsPage {
  readonly events: readonly GroupedEvent[];
  readonly next: Cursor | null;
  readonly previous: Cursor | null;
}

// A page before a cursor is the list in the opposite order, reversed. Groups depend on the order, so their lists can
// only go back to the start.
async function readPage(
  store: RouteContext['store'],
  list: ListQuery,
  before: Cursor | null,
): Promise<EventsPage> {
  if (before === null || list.grouping !== null) {
    const { events, next } = await readEvents(store, list);
    const canGoBack = list.after !== null && list.grouping === null;
    return { events, next, previous: canGoBack ? cursorOf(events[0]) : null };
  }
  const order = list.query.order === 'ascending' ? 'descending' : 'ascending';
  const { events, next } = await readEvents(store, {
    ...list,
    query: { ...list.query, order },
    after: before,
  });
  const shown = [...events].reverse();
  return {
    events: shown,
    next: cursorOf(shown.at(-1)) ?? before,
    previous: next === null ? null : cursorOf(shown[0]),
  };
}

function cursorOf(event: GroupedEvent | undefined): Cursor | null {
  return event === undefined ? null : { time: event.time, id: event.id };
}

function streamAddress({ filter }: PageQuery, { query }: ListQuery, position: string): string {
  return withParameters('/events/stream', {
    ...choiceOf(filter),
    from: filter.from === '' ? null : formatTime(query.fromMs, 'UTC'),
    last_event_id: position,
  });
}

// Times are typed in the viewer's zone, so programs get instants instead; times relative to now stay as they are.
function dataAddress({ filter }: PageQuery, { query }: ListQuery): string {
  const timeOf = (typed: string, ms: number): string | null =>
    typed === '' ? null : /^(?:now)?[+-]/.test(typed) ? typed : formatTime(ms, 'UTC');
  return withParameters('/events/json', {
    ...choiceOf(filter),
    from: timeOf(filter.from, query.fromMs),
    until: timeOf(filter.until, lastBefore(query.untilMs)),
    group: filter.group || null,
    window: filter.window || null,
    order: query.order,
  });
}

function choiceOf(filter: Filter): Record<string, string | readonly string[] | null> {
  return { q: filter.q || null, ...Object.fromEntries(listedNames.map((name) => [name, filter[name]])) };
}
