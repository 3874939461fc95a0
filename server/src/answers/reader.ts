// Answers queries about events: single events, lists, groups, new events.

import {
  createSearchTest,
  type GroupedEvent,
  isPlainName,
  parseMark,
  type StoredEvent,
} from '@anthracite/protocol/core';
import type { EventFormat } from '../formats/event-format';
import { asPlainEvent } from '../formats/plain-event';
import { eventFormats, type PageFormat } from '../formats/registry';
import { charsOfEvent } from '../query/event-chars';
import type { Cursor, EventQuery, Grouping } from '../query/event-query';
import { type GroupedPart, GroupedPartBuilder, groupValueOf, isBefore, rangeBefore } from '../query/grouping';
import { isSearch } from '../query/query-test';
import { endAfter } from '../query/range-end';
import type { Asker } from '../storage/asker';
import { StoreError } from '../storage/store-error';
import type { EventPart, IdPart, ListCount, Page } from './answers';
import { checkIds } from './row-check';
import { RowReader } from './row-reader';
import { Selector, type SelectorLimits } from './selector';
import type { SeriesReader } from './series-reader';

// In its own memory, which can be transferred to another thread: small buffers share theirs.
const utf8 = new TextEncoder();
const maxPageChars = 1_048_576;
// A page whose search finds little ends after this time, so that other queries of the thread get their turn.
const maxPageMs = 200;
const vainEventsPerLook = 256;
// Scanning this many events blocks a thread for some seconds.
export const maxSearchedEvents = 1_000_000;
// A part of a list of groups ends after this time, complete or not.
const maxGroupMs = 1_000;
const newRowsAtOnce = 100;

/** Events in the order they came. */
export interface NewEvents {
  readonly events: readonly StoredEvent[];
  /** The list is complete up to this id, inclusive. */
  readonly upto: number;
  /** False when more is available now. */
  readonly isAll: boolean;
}

export class Reader {
  readonly #asker: Asker;
  readonly #selector: Selector;
  readonly #rows: RowReader;

  constructor(asker: Asker, series: SeriesReader, limits?: Partial<SelectorLimits>) {
    this.#asker = asker;
    this.#selector = new Selector(asker, series, limits);
    this.#rows = new RowReader(asker, series);
  }

  /** The time of the first event; null when the store is empty. */
  async firstTime(): Promise<number | null> {
    return (await this.#asker.all<[number]>(this.#asker.sql.events.firstTime))[0]?.[0] ?? null;
  }

  async event(id: number): Promise<StoredEvent | null> {
    return (await this.eventsOf([id]))[0] ?? null;
  }

  /** The events with some ids, in the order of the ids; missing events are left out. All their texts are in memory at once. */
  async eventsOf(ids: readonly number[]): Promise<readonly StoredEvent[]> {
    const rows = await this.#rows.rows(this.#asker.sql.events.ofIds(ids));
    const events: StoredEvent[] = [];
    for await (const block of this.#rows.told(rows, true)) events.push(...block);
    return events;
  }

  /** A part of a list as text. */
  async page(
    query: EventQuery,
    grouping: Grouping | null,
    format: PageFormat,
    limit: number,
    after: Cursor | null,
    base = '',
  ): Promise<Page> {
    const { item, separator, takesGroups }: EventFormat = eventFormats[format];
    if (grouping !== null) {
      const { entries, next } = await this.#groups(query, grouping, limit, after);
      const written = entries.map((entry) => item(takesGroups ? entry : asPlainEvent(entry), base));
      return { bytes: utf8.encode(written.join(separator)), count: entries.length, next };
    }
    // One growing string: joining a list of strings takes several times as long.
    let text = '';
    let count = 0;
    // The size of a page is limited, so a few very long events fill it.
    const next = await this.#visit(query, after, limit, true, (event) => {
      text += count++ === 0 ? item(event, base) : separator + item(event, base);
      return text.length <= maxPageChars;
    });
    return { bytes: utf8.encode(text), count, next };
  }

  /** The same part as data. */
  async events(
    query: EventQuery,
    grouping: Grouping | null,
    limit: number,
    after: Cursor | null,
  ): Promise<EventPart> {
    if (grouping !== null) {
      const { entries, next } = await this.#groups(query, grouping, limit, after);
      return { events: entries, next };
    }
    const events: GroupedEvent[] = [];
    let chars = 0;
    const next = await this.#visit(query, after, limit, true, (event) => {
      chars += charsOfEvent(event);
      return events.push(event) > 0 && chars <= maxPageChars;
    });
    return { events, next };
  }

  /** The number of entries in a part of a list, and where the list continues. */
  async count(
    query: EventQuery,
    grouping: Grouping | null,
    limit: number,
    after: Cursor | null,
  ): Promise<ListCount> {
    if (grouping !== null) {
      const { entries, next } = await this.#groups(query, grouping, limit, after);
      return { count: entries.length, next };
    }
    const { ids, next } = await this.ids(query, limit, after);
    return { count: ids.length, next };
  }

  /** The ids of a query's events, page by page. */
  async ids(query: EventQuery, limit: number, after: Cursor | null): Promise<IdPart> {
    const ids: number[] = [];
    const next = await this.#visit(query, after, limit, false, (event) => ids.push(event.id) > 0);
    return { ids, next };
  }

  /** The group of an event in a list in ascending order: the first event, with the others grouped into it. */
  async groupOf(query: EventQuery, grouping: Grouping, event: StoredEvent): Promise<GroupedEvent> {
    const value = groupValueOf(event, grouping);
    if (value === null) return event;
    const isKin = (other: StoredEvent): boolean =>
      other.type === event.type && groupValueOf(other, grouping) === value;
    const kin: EventQuery = {
      ...query,
      // A type with special characters, used as a pattern, could match other types.
      types: isPlainName(event.type) ? [event.type] : (query.types ?? []),
      all: [...(query.all ?? []), `${grouping.key}=${value}`],
    };
    const deadline = performance.now() + maxGroupMs;
    const isLate = (): boolean => performance.now() > deadline;
    let first = event.time;
    for await (const other of this.each({ ...kin, order: 'descending', untilMs: endAfter(event.time) })) {
      if (first - other.time > grouping.windowMs || isLate()) break;
      if (isKin(other)) first = other.time;
    }
    const group = new GroupedPartBuilder(grouping, { limit: 1, isLate });
    for await (const other of this.each({ ...kin, order: 'ascending', fromMs: first })) {
      if (isKin(other) && !group.add(other)) break;
    }
    return group.build().entries[0] ?? event;
  }

  /** The events stored after an id, in the order they came. */
  async since(query: EventQuery, afterId: number, limit: number): Promise<NewEvents> {
    const upto = await this.#asker.number(this.#asker.sql.events.lastId);
    const series = await this.#selector.seriesOf(query);
    if (series === 'none') return { events: [], upto, isAll: true };
    const test = createEventTest(query);
    const events: StoredEvent[] = [];
    const deadline = performance.now() + maxPageMs;
    let chars = 0;
    for (let last = afterId; ; ) {
      const rows = await this.#rows.rows(
        this.#asker.sql.events.byId(query, series, last, upto, newRowsAtOnce),
      );
      checkIds(rows, last);
      for await (const block of this.#rows.told(rows, true)) {
        for (const event of block) {
          last = event.id;
          if (test === null || test(event)) {
            events.push(event);
            chars += charsOfEvent(event);
          }
          if (events.length === limit || chars > maxPageChars) return { events, upto: last, isAll: false };
        }
      }
      if (rows.length < newRowsAtOnce) return { events, upto: Math.max(upto, afterId), isAll: true };
      if (performance.now() > deadline) return { events, upto: last, isAll: false };
    }
  }

  /**
   * All events of a query after a cursor, in blocks. Throws a `StoreError` QUERY_TOO_COSTLY when a search scans more
   * than `most` events.
   */
  async *blocks(
    query: EventQuery,
    after: Cursor | null = null,
    most = Number.POSITIVE_INFINITY,
  ): AsyncGenerator<readonly StoredEvent[]> {
    const test = createEventTest(query);
    const progress = { vain: 0 };
    const limit = Number.POSITIVE_INFINITY;
    let seen = 0;
    for await (const block of this.#selector.select({ query, after, limit, progress, withTexts: true })) {
      if (test === null) {
        yield block;
        continue;
      }
      seen += block.length;
      if (seen > most) throw new StoreError('QUERY_TOO_COSTLY', { limit: most });
      const found = block.filter(test);
      progress.vain += block.length - found.length;
      if (found.length > 0) yield found;
    }
  }

  /** The same events, one at a time, for callers that take a few. */
  async *each(query: EventQuery): AsyncGenerator<StoredEvent> {
    for await (const block of this.blocks(query)) yield* block;
  }

  // A part of a list whose events are grouped; `limit` counts groups.
  async #groups(
    query: EventQuery,
    grouping: Grouping,
    limit: number,
    after: Cursor | null,
  ): Promise<GroupedPart> {
    const deadline = performance.now() + maxGroupMs;
    const part = new GroupedPartBuilder(grouping, { limit, isLate: () => performance.now() > deadline });
    if (after !== null) {
      for await (const block of this.blocks(rangeBefore(query, after, grouping.windowMs))) {
        for (const event of block) {
          if (isBefore(event, after, query) && !part.addBefore(event))
            throw new StoreError('OUT_OF_MEMORY', {});
        }
      }
    }
    for await (const block of this.blocks(query, after, maxSearchedEvents)) {
      if (!block.every((event) => part.add(event))) break;
    }
    return part.build();
  }

  // Passes the query's events to `take` in order, until the limit is reached, `take` returns false, or the search takes
  // too long. Returns where to continue, null at the end. Without texts, long descriptions are empty.
  async #visit(
    query: EventQuery,
    after: Cursor | null,
    limit: number,
    withTexts: boolean,
    take: (event: StoredEvent) => boolean,
  ): Promise<Cursor | null> {
    const test = createEventTest(query);
    const progress = { vain: 0 };
    const deadline = performance.now() + maxPageMs;
    const blocks = this.#selector.select({
      query,
      after,
      limit: test === null ? limit + 1 : Number.POSITIVE_INFINITY,
      progress,
      withTexts: withTexts || isSearch(query.search),
    });
    let last: StoredEvent | undefined;
    let left = limit;
    let isEnough = false;
    for await (const block of blocks) {
      for (const event of block) {
        if (last && (left === 0 || isEnough)) return { id: last.id, time: last.time };
        last = event;
        if (test === null || test(event)) {
          left--;
          isEnough = !take(event);
        } else if (++progress.vain % vainEventsPerLook === 0) {
          isEnough = performance.now() > deadline;
        }
      }
    }
    return null;
  }
}

// Creates the test for the parts of a query that the index by type and tags does not decide; null if nothing is left to test.
function createEventTest({ search, withoutMarks }: EventQuery): ((event: StoredEvent) => boolean) | null {
  const isFound = isSearch(search) ? createSearchTest(search) : null;
  if (!withoutMarks) return isFound;
  return (event) => parseMark(event.type, event.tags) === null && (isFound === null || isFound(event));
}
