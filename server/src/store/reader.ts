// Answers questions about events from a read-only connection, in the format that is asked for.

import {
  createSearchTest,
  type GroupedEvent,
  isMarkType,
  parseSeries,
  type StoredEvent,
} from '@anthracite/protocol/core';
import { asPlainEvent } from '../formats/plain-event';
import { eventFormats, type PageFormat } from '../formats/registry';
import { WeightedCache } from '../weighted-cache';
import type { Cursor, EventQuery, Grouping, News, Page } from './event-store';
import { groupEvents, groupValueOf } from './grouping';
import { eventsById } from './selection';
import { isSearch, type SelectedRow, Selector } from './selector';
import type { Statements } from './statements';
import { Damage, StoreError } from './store-error';

/** A type with its tags. */
export interface Series {
  readonly type: string;
  readonly tags: readonly string[];
  /** How long they are together. */
  readonly chars: number;
}

// In memory of its own, which can be handed over: small buffers share theirs.
const utf8 = new TextEncoder();
const maxCachedSeriesBytes = 33_554_432;
const maxPageChars = 1_048_576;
// A page that searches in vain ends after this time, so that others who wait for this thread get their turn.
const maxPageMs = 200;
const vainEventsPerLook = 256;
// A thread looks at so many in some seconds, and answers nobody else meanwhile.
export const maxSearchedEvents = 1_000_000;
// A part of a list of groups ends after this time, whole or not.
const maxGroupMs = 1_000;

export class Reader {
  readonly #statements: Statements;
  readonly #selector: Selector;
  readonly #file: string;
  readonly #series = new WeightedCache<number, Series>(maxCachedSeriesBytes);

  constructor(statements: Statements, file: string, shortEvents?: number) {
    this.#statements = statements;
    this.#selector = new Selector(statements, (id) => this.seriesById(id), shortEvents);
    this.#file = file;
  }

  event(id: number): StoredEvent | null {
    const row = this.#statements.all({
      text: 'SELECT id, time, series, description FROM events WHERE id = ?',
      values: [id],
    })[0];
    return row === undefined ? null : this.#toEvent(row as SelectedRow);
  }

  page(query: EventQuery, format: PageFormat, limit: number, after: Cursor | null): Page {
    const { item, separator } = eventFormats[format];
    const items: string[] = [];
    let chars = 0;
    // A page of a few very long events is cut by its size.
    const { next } = this.#visit(query, after, limit, format !== 'none', (event) => {
      const text = item(event);
      items.push(text);
      chars += text.length;
      return chars <= maxPageChars;
    });
    return { bytes: utf8.encode(items.join(separator)), count: items.length, next };
  }

  /** A page of a list whose events are folded; `limit` counts what is left of them. */
  groupedPage(
    query: EventQuery,
    grouping: Grouping,
    format: PageFormat,
    limit: number,
    after: Cursor | null,
  ): Page {
    const { item, separator, takesGroups } = eventFormats[format];
    const deadline = performance.now() + maxGroupMs;
    const { entries, next } = groupEvents(
      after === null ? [] : this.#eventsBefore(query, after, grouping.windowMs),
      this.events(query, after, maxSearchedEvents),
      grouping,
      { limit, isLate: () => performance.now() > deadline },
    );
    const written = entries.map((entry) => item(takesGroups ? entry : asPlainEvent(entry)));
    return { bytes: utf8.encode(written.join(separator)), count: entries.length, next };
  }

  /** The group that an event belongs to in a list in ascending order, as its first event with the others folded into it. */
  groupOf(query: EventQuery, grouping: Grouping, event: StoredEvent): GroupedEvent {
    const value = groupValueOf(event, grouping);
    if (value === null) return event;
    const isKin = (other: StoredEvent): boolean =>
      other.type === event.type && groupValueOf(other, grouping) === value;
    const kin: EventQuery = {
      ...query,
      // As a pattern, a type with signs in it may mean others too.
      types: /^!|\*/.test(event.type) ? (query.types ?? []) : [event.type],
      all: [...(query.all ?? []), `${grouping.key}=${value}`],
    };
    const deadline = performance.now() + maxGroupMs;
    const isLate = (): boolean => performance.now() > deadline;
    let first = event.time;
    for (const other of this.events({ ...kin, order: 'descending', untilMs: event.time })) {
      if (first - other.time > grouping.windowMs || isLate()) break;
      if (isKin(other)) first = other.time;
    }
    const events = filter(this.events({ ...kin, order: 'ascending', fromMs: first }), isKin);
    return groupEvents([], events, grouping, { limit: 1, isLate }).entries[0] ?? event;
  }

  /** The ids of a query's events, a page at a time. */
  ids(query: EventQuery, limit: number, after: Cursor | null): { ids: number[]; next: Cursor | null } {
    const ids: number[] = [];
    const { next } = this.#visit(query, after, limit, false, (event) => ids.push(event.id) > 0);
    return { ids, next };
  }

  /** Events that came after the one with an id, in the order they came. */
  news(query: EventQuery, afterId: number, limit: number): News {
    const upto = this.#statements.number({ text: 'SELECT coalesce(max(id), 0) FROM events', values: [] });
    const series = this.#selector.seriesOf(query);
    if (series === 'none') return { events: [], upto, isAll: true };
    const test = createEventTest(query);
    const events: StoredEvent[] = [];
    const deadline = performance.now() + maxPageMs;
    let chars = 0;
    let seen = 0;
    let last = afterId;
    for (const row of this.#statements.iterate(eventsById(query, series, afterId, upto))) {
      const event = this.#toEvent(row as SelectedRow);
      if (event.id <= last) throw new Damage(`the table events is out of order at event ${event.id}`);
      last = event.id;
      if (test === null || test(event)) {
        events.push(event);
        chars += event.description.length + this.seriesById((row as SelectedRow)[2]).chars;
      }
      const isLate = ++seen % vainEventsPerLook === 0 && performance.now() > deadline;
      if (events.length === limit || chars > maxPageChars || isLate)
        return { events, upto: event.id, isAll: false };
    }
    return { events, upto: Math.max(upto, afterId), isAll: true };
  }

  /**
   * All events of a query behind a cursor, one after the other. Throws a `StoreError` QUERY_TOO_COSTLY where a search looks at
   * more events than `most`.
   */
  *events(
    query: EventQuery,
    after: Cursor | null = null,
    most = Number.POSITIVE_INFINITY,
  ): Generator<StoredEvent> {
    const test = createEventTest(query);
    const progress = { vain: 0 };
    let seen = 0;
    for (const row of this.#selector.select(query, after, Number.POSITIVE_INFINITY, progress)) {
      const event = this.#toEvent(row);
      if (test !== null && ++seen > most) throw new StoreError('QUERY_TOO_COSTLY', { limit: most });
      if (test === null || test(event)) yield event;
      else progress.vain++;
    }
  }

  // Hands over the query's events in order, up to a limit, until `take` has had enough or too much time went by in vain; `next`
  // is where to go on, null at the end. Where no texts are asked for, long descriptions are empty.
  #visit(
    query: EventQuery,
    after: Cursor | null,
    limit: number,
    withTexts: boolean,
    take: (event: StoredEvent) => boolean,
  ): { next: Cursor | null } {
    const test = createEventTest(query);
    const progress = { vain: 0 };
    const deadline = performance.now() + maxPageMs;
    const rows = this.#selector.select(
      query,
      after,
      test === null ? limit + 1 : Number.POSITIVE_INFINITY,
      progress,
      withTexts || isSearch(query.search),
    );
    let last: SelectedRow | undefined;
    let left = limit;
    let isEnough = false;
    for (const row of rows) {
      if (last && (left === 0 || isEnough)) return { next: { id: last[0], time: last[1] } };
      last = row;
      const event = this.#toEvent(row);
      if (test === null || test(event)) {
        left--;
        isEnough = !take(event);
      } else if (++progress.vain % vainEventsPerLook === 0) {
        isEnough = performance.now() > deadline;
      }
    }
    return { next: null };
  }

  // Those that precede a cursor by no more than the window, in the order of the list.
  *#eventsBefore(query: EventQuery, { time, id }: Cursor, windowMs: number): Generator<StoredEvent> {
    const isAscending = query.order === 'ascending';
    const range = isAscending
      ? { fromMs: Math.max(query.fromMs, time - windowMs), untilMs: time }
      : { fromMs: time, untilMs: Math.min(query.untilMs, time + windowMs) };
    for (const event of this.events({ ...query, ...range })) {
      if (event.time === time && (isAscending ? event.id > id : event.id < id)) return;
      yield event;
    }
  }

  #toEvent([id, time, seriesId, description]: SelectedRow): StoredEvent {
    const { type, tags } = this.seriesById(seriesId);
    return { id, time, type, tags, description };
  }

  /** Type and tags of a series that an event names. */
  seriesById(id: number): Series {
    const known = this.#series.get(id);
    if (known !== undefined) return known;
    const row = this.#statements.all({ text: 'SELECT text FROM series WHERE id = ?', values: [id] })[0] as
      | [string]
      | undefined;
    const parsed = parseSeries(row?.[0] ?? '');
    if (!parsed.ok)
      throw new StoreError('DATABASE_DAMAGED', {
        file: this.#file,
        cause: `series ${id} is missing or malformed`,
      });
    const text = row?.[0] ?? '';
    const series: Series = { ...parsed.value, chars: text.length };
    this.#series.set(id, series, bytesOfSeries(text, series.tags));
    return series;
  }
}

/** What a series takes in memory, roughly, with what formats write of it: three texts, some of them in several characters for one. */
export function bytesOfSeries(text: string, tags: readonly string[]): number {
  return 6 * text.length + 48 * tags.length + 200;
}

// What of a query no index of types and tags decides; null for nothing.
function createEventTest({ search, withoutMarks }: EventQuery): ((event: StoredEvent) => boolean) | null {
  const isFound = isSearch(search) ? createSearchTest(search) : null;
  if (!withoutMarks) return isFound;
  return (event) => !isMarkType(event.type) && (isFound === null || isFound(event));
}

function* filter<T>(items: Iterable<T>, isWanted: (item: T) => boolean): Generator<T> {
  for (const item of items) if (isWanted(item)) yield item;
}
