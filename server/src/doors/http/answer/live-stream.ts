// Follows events as they are stored, and writes them as Server-Sent Events. Reads from the store only when its reader
// is ready, so a slow reader costs no memory.

import { setTimeout as rest } from 'node:timers/promises';
import type { Reset, StreamedChange } from '@anthracite/protocol';
import type { News } from '../../../answers/answers';
import type { EventStore } from '../../../answers/event-store';
import type { CommitSignal } from '../../../events/commit-signal';
import { eventFormats } from '../../../formats/registry';
import { spanFormats } from '../../../formats/span-formats';
import type { EventQuery, Grouping, SpanQuery } from '../../../query/event-query';
import { groupValueOf } from '../../../query/grouping';
import { createQueryTest } from '../../../query/query-test';
import type { HistoryEntry } from '../../../storage/event-change';
import type { Position } from '../../../storage/position';

/** Where a stream starts. */
export interface StreamStart {
  readonly position: Position;
  /** The requested position if the store has not reached it, such as after a restore; otherwise null. */
  readonly unknown: Position | null;
}

/** The options of a live stream of events. */
export interface LiveStream {
  readonly query: EventQuery;
  /** How events are grouped; null when they are not. */
  readonly grouping: Grouping | null;
  readonly from: StreamStart;
  readonly heartbeatMs: number;
}

/** The options of a live stream of spans. */
export interface LiveSpans extends Omit<LiveStream, 'grouping' | 'query'> {
  readonly query: SpanQuery;
  /** The current time in milliseconds since the epoch: open spans last until then. */
  readonly clock: () => number;
}

const retryMs = 2_000;
const maxTextChars = 1_048_576;
// Under load, readers get news several times a second, not for each commit.
const restMs = 50;

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
    const news = await store.news(query, position);
    let text = '';
    for (const { event, position: at } of grouping === null
      ? news.events
      : lastOfGroups(news.events, grouping)) {
      const shown = grouping === null ? event : await store.groupOf(query, grouping, event);
      text += message('event', at, eventFormats.json.item(shown));
      // A grouped event is reported as the first event of its group, which may be long even if the news are short.
      if (text.length > maxTextChars) {
        yield text;
        text = '';
      }
    }
    for (const { change, position: at } of news.changes) {
      const { before, after } = change;
      // Nobody knows whether a purged event matched.
      const isPurge = before === null && after === null;
      if (isPurge || (before && matches(before)) || (after && matches(after))) {
        text += message('change', at, JSON.stringify(toData(change)));
      }
    }
    position = news.position;
    if (text !== '') yield text;
    if (!news.isAll) continue;
    await signal.next(version, heartbeatMs);
    if (signal.version === version) yield idOnly(position);
    else await rest(restMs);
  }
}

/**
 * Writes spans that started, changed or ended, until the signal is closed. A reader that reconnects during an answer
 * gets it again: messages hold the current state of spans, not differences.
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

// Of several new events with the same value, the last is enough: it reports the whole group.
function lastOfGroups(news: News['events'], grouping: Grouping): News['events'] {
  const last = new Map<string | number, News['events'][number]>();
  for (const one of news) {
    const { event } = one;
    const value = groupValueOf(event, grouping);
    const slot = Math.floor(event.time / grouping.windowMs);
    const key = value === null ? event.id : `${event.type} ${value} ${slot}`;
    last.delete(key);
    last.set(key, one);
  }
  return [...last.values()];
}

function opening({ position, unknown }: StreamStart): string {
  const retry = `retry: ${retryMs}\n`;
  if (unknown === null) return retry + idOnly(position);
  const reset: Reset = { asked: unknown, position };
  return retry + message('reset', position, JSON.stringify(reset));
}

function toData({ id, event, at, who, before, after }: HistoryEntry): StreamedChange {
  return { change: id, id: event, at, who, before, after };
}

// Without data, the reader only remembers its position.
function idOnly(position: Position): string {
  return `id: ${position}\n\n`;
}

function message(name: string, position: Position, data: string): string {
  return `event: ${name}\nid: ${position}\ndata: ${data}\n\n`;
}

// After such a message a reader reconnects at its previous position.
function unnumbered(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
