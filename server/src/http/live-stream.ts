// Follows the events as they come, and writes them as Server-Sent Events. Asks the store only when its reader is ready:
// nobody's slowness costs memory.

import { setTimeout as rest } from 'node:timers/promises';
import type { StoredEvent } from '@anthracite/protocol';
import type { CommitSignal } from '../events/commit-signal';
import { eventFormats } from '../formats/registry';
import { spanFormats } from '../formats/span-formats';
import type {
  EventQuery,
  EventStore,
  Grouping,
  HistoryEntry,
  SpanQuery,
  StorePosition,
} from '../store/event-store';
import { groupValueOf } from '../store/grouping';
import { createQueryTest } from '../store/query-test';

/** Where a stream starts. */
export interface StreamStart {
  readonly position: StorePosition;
  /** The position a reader asked for where the store has not come so far, such as after a restore; otherwise null. */
  readonly unknown: StorePosition | null;
}

/** What is followed. */
export interface LiveStream {
  readonly query: EventQuery;
  /** How events are folded; null when they are not. */
  readonly grouping: Grouping | null;
  readonly from: StreamStart;
  readonly heartbeatMs: number;
}

/** Which spans are followed. */
export interface LiveSpans extends Omit<LiveStream, 'grouping' | 'query'> {
  readonly query: SpanQuery;
  /** Milliseconds since the epoch, now: open spans last until then. */
  readonly clock: () => number;
}

const retryMs = 2_000;
const eventsAtOnce = 500;
const changesAtOnce = 50;
const maxTextChars = 1_048_576;
// Under a flood readers are told several times a second, not for each commit.
const restMs = 50;

/** Reads a position as `formatPosition` writes it; null when it is none. */
export function parsePosition(text: string): StorePosition | null {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(text);
  return match ? { event: Number(match[1]), change: Number(match[2]) } : null;
}

/** A position as the stream's `id` has it. */
export function formatPosition({ event, change }: StorePosition): string {
  return `${event}.${change}`;
}

/** Starts behind a position or, where the store has not come so far, at its end. */
export function startBehind(asked: StorePosition, end: StorePosition): StreamStart {
  const isKnown = asked.event <= end.event && asked.change <= end.change;
  return isKnown ? { position: asked, unknown: null } : { position: end, unknown: asked };
}

/** Writes events and changes as they come, until the signal is closed. */
export async function* followEvents(
  store: EventStore,
  signal: CommitSignal,
  { query, grouping, from, heartbeatMs }: LiveStream,
): AsyncGenerator<string> {
  const matches = createQueryTest(query);
  let { position } = from;
  yield opening(from);
  while (!signal.isClosed) {
    const { version } = signal;
    const news = await store.news(query, position.event, eventsAtOnce);
    const changes = await store.changesAfter(position.change, changesAtOnce);
    let text = '';
    for (const event of grouping === null ? news.events : lastOfGroups(news.events, grouping)) {
      position = { ...position, event: event.id };
      const shown = grouping === null ? event : await store.groupOf(query, grouping, event);
      text += message('event', position, eventFormats.json.item(shown));
      // Of a folded event the first one of its group is told, which may be long however short the news are.
      if (text.length > maxTextChars) {
        yield text;
        text = '';
      }
    }
    position = { ...position, event: news.upto };
    for (const change of changes.entries) {
      position = { ...position, change: change.id };
      const { before, after } = change;
      if ((before && matches(before)) || (after && matches(after))) {
        text += message('change', position, JSON.stringify(toData(change)));
      }
    }
    if (text !== '') yield text;
    if (!news.isAll || !changes.isAll) continue;
    await signal.next(version, heartbeatMs);
    if (signal.version === version) yield idOnly(position);
    else await rest(restMs);
  }
}

/**
 * Writes spans that began, changed or ended, until the signal is closed. A reader that comes back in the midst of an answer gets
 * it once more: what is told is how spans are, and not what became of them.
 */
export async function* followSpans(
  store: EventStore,
  signal: CommitSignal,
  { query, from, heartbeatMs, clock }: LiveSpans,
): AsyncGenerator<string> {
  let { position } = from;
  yield opening(from);
  while (!signal.isClosed) {
    const { version } = signal;
    const { spans, gone, position: upto, isAll } = await store.spanNews(query, position);
    const now = clock();
    const told = [
      ...(gone.length > 0 ? [unnumbered('gone', JSON.stringify({ ids: gone }))] : []),
      ...spans.map((span) => unnumbered('span', spanFormats.json.item(span, now))),
    ];
    if (told.length > 0) yield told.join('') + idOnly(upto);
    position = upto;
    if (!isAll) continue;
    await signal.next(version, heartbeatMs);
    if (signal.version === version) yield idOnly(position);
    else await rest(restMs);
  }
}

// Of events that came together and share a value, one is enough: it brings the whole group.
function lastOfGroups(events: readonly StoredEvent[], grouping: Grouping): StoredEvent[] {
  const last = new Map<string | number, StoredEvent>();
  for (const event of events) {
    const value = groupValueOf(event, grouping);
    const slot = Math.floor(event.time / grouping.windowMs);
    const key = value === null ? event.id : `${event.type} ${value} ${slot}`;
    last.delete(key);
    last.set(key, event);
  }
  return [...last.values()];
}

function opening({ position, unknown }: StreamStart): string {
  const retry = `retry: ${retryMs}\n`;
  if (unknown === null) return retry + idOnly(position);
  const data = { asked: formatPosition(unknown), position: formatPosition(position) };
  return retry + message('reset', position, JSON.stringify(data));
}

function toData({ id, event, at, who, before, after }: HistoryEntry) {
  return { change: id, id: event, at, who, before, after };
}

// Without data a reader hears nothing, but remembers how far it has come.
function idOnly(position: StorePosition): string {
  return `id: ${formatPosition(position)}\n\n`;
}

function message(name: string, position: StorePosition, data: string): string {
  return `event: ${name}\nid: ${formatPosition(position)}\ndata: ${data}\n\n`;
}

// Its reader comes back to where it was before.
function unnumbered(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
