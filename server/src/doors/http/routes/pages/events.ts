// GET /events, /events/ for browsers: the page of events.

import { eventLimits, formatTime, type GroupedEvent, parseMark, parseSearch } from '@anthracite/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { EventStore } from '../../../../answers/event-store';
import type { Cursor, Grouping } from '../../../../query/event-query';
import { groupEvents } from '../../../../query/grouping';
import { endAfter, lastBefore } from '../../../../query/range-end';
import { fromTheTop, withParameters } from '../../../../web/address';
import type { MarkedSpan } from '../../../../web/event-row';
import { type EventsView, eventsPage } from '../../../../web/events-page';
import { type Filter, listedNames } from '../../../../web/filter';
import type { TypedRange } from '../../../../web/range-names';
import type { WholeRange } from '../../../../web/range-picker';
import { maxOpenIncidents } from '../../answer/attention';
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
import { type EventOverview, overviewOf } from './event-overview';

const defaultFrom = '-24h';
const defaultRangeMs = 24 * 3_600_000;
// Deployments of a version, and events of one type with the same title.
const defaultGrouping: Grouping = { key: 'version', windowMs: 15 * 60_000, withTitles: true };
const maxSpans = 300;
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
  const { zone } = frame.viewer;
  const asked = readPageQuery(request, now, zone, ['range', 'fold']);
  if (asked.canonical !== null) return reply.redirect(asked.canonical, 303);
  const { filter, parameters } = asked;
  const { items: types } = await store.names('types', '', maxKnownTypes);
  const words = Object.fromEntries(
    ['tags', 'set'].flatMap((name) => {
      const value = parameters.last(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const isWhole = parameters.last('range') === 'all' || frame.isEmbedded;
  const hasDefault = filter.from === '' && filter.until === '' && !isWhole;
  const wordFilter = graphiteWords(parameters);
  const foldsByDefault = filter.group === '' && filter.q === '';
  const view = {
    ...{ filter, types, words },
    ...{ foldsByDefault, sendCommand: sendCommand(request, settings.tcp) },
    ...incidentsOf(request),
    shown: hasDefault ? { from: defaultFrom, until: '' } : filter,
    whole: frame.isEmbedded ? null : wholeRange(frame.self, filter, isWhole),
    search: filter.q === '' ? null : parseSearch(filter.q),
  };
  const problem = problemOf(asked, now);
  if (problem !== null) {
    const nothing = { events: [], next: null, previous: null, isFurther: false, stream: null, data: null };
    const empty = { fold: null, spans: new Map(), chart: null, facets: [], isEmptyStore: false };
    const isOldestFirst = parameters.last('order') === 'ascending';
    return sendPage(
      request,
      reply.code(400),
      eventsPage(frame, { ...view, ...nothing, ...empty, isOldestFirst, problem }),
    );
  }
  const list = withDefaults(readListQuery(parameters.read(pageParameters), now), {
    fromMs: hasDefault ? now - defaultRangeMs : null,
    isFolded: foldsByDefault && parameters.last('fold') !== 'off',
  });
  const query = { ...list.query, ...(wordFilter && { words: wordFilter }) };
  const isOldestFirst = query.order === 'ascending';
  const before = parameters.value('before', beforeParameter);
  const isFurther = list.after !== null || before !== null;
  const isGrowing = !isFurther && !isOldestFirst && filter.until === '' && wordFilter === null;
  // Read before the events: an event stored in between is then reported twice rather than missed.
  const position = await store.position();
  const stream = isGrowing ? streamAddress(asked, list, position) : null;
  const [page, overview] = await Promise.all([
    readPage(store, { ...list, query, limit: Math.min(list.limit, maxRows) }, before),
    frame.isEmbedded ? noOverview : overviewOf(store, query, filter.from === '' && !hasDefault, zone),
  ]);
  const { events, next, previous } = page;
  const at = (name: 'after' | 'before', cursor: Cursor | null): string | null =>
    cursor && withParameters(frame.self, { after: null, before: null, [name]: formatCursor(cursor) });
  const shown: EventsView = {
    ...view,
    ...overview,
    events,
    fold: list.grouping && { withTitles: false, ...list.grouping },
    spans: await spansOf(store, events, now),
    isEmptyStore: events.length === 0 && (await isEmpty(store, now)),
    isOldestFirst,
    next: at('after', next),
    previous: at('before', previous),
    isFurther,
    stream,
    data: wordFilter === null ? dataAddress(asked, list, view.shown) : null,
    problem: null,
  };
  return sendPage(request, reply, eventsPage(frame, shown));
}

const noOverview: EventOverview = { chart: null, facets: [] };

function withDefaults(
  list: ListQuery,
  { fromMs, isFolded }: { readonly fromMs: number | null; readonly isFolded: boolean },
): ListQuery {
  return {
    ...list,
    query: fromMs === null ? list.query : { ...list.query, fromMs },
    grouping: list.grouping ?? (isFolded ? defaultGrouping : null),
  };
}

function wholeRange(self: string, filter: Filter, isWhole: boolean): WholeRange {
  const changes = { from: null, until: null, range: 'all', ...fromTheTop };
  return {
    name: 'All events',
    href: withParameters(self, changes),
    isShown: isWhole && filter.from === '' && filter.until === '',
  };
}

function incidentsOf({ attention }: FastifyRequest): Pick<EventsView, 'incidents' | 'areAllIncidents'> {
  const incidents = attention?.incidents ?? [];
  return { incidents, areAllIncidents: incidents.length < maxOpenIncidents };
}

// The spans of the marks in a list, by the id of the mark.
async function spansOf(
  store: EventStore,
  events: readonly GroupedEvent[],
  now: number,
): Promise<ReadonlyMap<number, MarkedSpan>> {
  const marks = events.filter(({ type, tags }) => (parseMark(type, tags)?.scale ?? 'other') !== 'other');
  if (marks.length === 0) return new Map();
  const times = marks.map(({ time }) => time);
  const range = { fromMs: Math.min(...times), untilMs: endAfter(Math.max(now, ...times)) };
  const query = { ...range, order: 'ascending', scales: ['incident', 'gain'] } as const;
  const { spans } = await store.spans(query, maxSpans, null);
  return new Map(spans.flatMap((span) => span.marks.map(({ id }) => [id, span] as const)));
}

async function isEmpty(store: EventStore, now: number): Promise<boolean> {
  const range = { fromMs: eventLimits.minTimeMs, untilMs: endAfter(now), order: 'descending' } as const;
  return (await store.events(range, null, 1, null)).events.length === 0;
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

// A page before a cursor is the list in the opposite order, reversed. It is folded alone, because groups depend on the order.
async function readPage(
  store: RouteContext['store'],
  list: ListQuery,
  before: Cursor | null,
): Promise<EventsPage> {
  if (before === null) {
    const { events, next } = await readEvents(store, list);
    return { events, next, previous: list.after === null ? null : cursorOf(events[0]) };
  }
  const order = list.query.order === 'ascending' ? 'descending' : 'ascending';
  const { events, next } = await readEvents(store, {
    ...list,
    query: { ...list.query, order },
    grouping: null,
    after: before,
  });
  const shown = [...events].reverse();
  return {
    events: list.grouping === null ? shown : groupEvents(shown, list.grouping),
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
function dataAddress({ filter }: PageQuery, { query }: ListQuery, shown: TypedRange): string {
  const timeOf = (typed: string, ms: number): string | null =>
    typed === '' ? null : /^(?:now)?[+-]/.test(typed) ? typed : formatTime(ms, 'UTC');
  return withParameters('/events/json', {
    ...choiceOf(filter),
    from: timeOf(shown.from, query.fromMs),
    until: timeOf(shown.until, lastBefore(query.untilMs)),
    group: filter.group || null,
    window: filter.window || null,
    order: query.order,
  });
}

function choiceOf(filter: Filter): Record<string, string | readonly string[] | null> {
  return { q: filter.q || null, ...Object.fromEntries(listedNames.map((name) => [name, filter[name]])) };
}
