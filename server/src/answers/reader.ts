// Answers queries about events: single events, lists, groups, new events.

import { createSearchTest, type GroupedEvent, parseMark, type StoredEvent } from '@anthracite/protocol/core';
import type { EventFormat } from '../formats/event-format';
import { asPlainEvent } from '../formats/plain-event';
import { eventFormats, type PageFormat } from '../formats/registry';
import { charsOfEvent } from '../query/event-chars';
import type { Cursor, EventQuery, Grouping } from '../query/event-query';
import { isSearch } from '../query/query-test';
import type { Asker } from '../storage/asker';
import type { WrittenForm } from '../storage/dialect';
import { StoreError } from '../storage/store-error';
import type { EventPart, IdPart, ListCount, Page, Reach } from './answers';
import { GroupReader } from './group-reader';
import { inAscii, PageBytes } from './page-bytes';
import { Records } from './records';
import { checkIds } from './row-check';
import { RowReader } from './row-reader';
import { Selector, type SelectorLimits } from './selector';
import type { SeriesReader } from './series-reader';
import type { WrittenBlock } from './time-scan';

const utf8 = new TextEncoder();
const maxPageChars = 1_048_576;
// A page whose search finds little ends after this time, so that other queries of the thread get their turn.
const maxPageMs = 200;
const vainEventsPerLook = 256;
// Scanning this many events blocks a thread for some seconds.
export const maxSearchedEvents = 1_000_000;
const newRowsAtOnce = 100;

/** Events in the order they came. */
export interface NewEvents {
  readonly events: readonly StoredEvent[];
  /** The list is complete up to this id, inclusive. */
  readonly upto: number;
  /** False when more is available now. */
  readonly isAll: boolean;
}

/** Takes the events of a list, as objects or as the database has written them. Returns false when it needs no more. */
interface Taker {
  take(event: StoredEvent): boolean;
  readonly form?: WrittenForm | null;
  takeWritten?(block: WrittenBlock): boolean;
}

export class Reader {
  readonly #asker: Asker;
  readonly groups = new GroupReader(this, maxSearchedEvents);
  readonly #selector: Selector;
  readonly #rows: RowReader;
  readonly #records: Records;

  constructor(asker: Asker, series: SeriesReader, limits?: Partial<SelectorLimits>) {
    this.#asker = asker;
    this.#records = new Records(asker);
    this.#selector = new Selector(asker, series, limits);
    this.#rows = new RowReader(asker, series);
  }

  /** The time of the first event; null when the store is empty. */
  async firstTime(): Promise<number | null> {
    return (await this.#asker.all<[number]>(this.#asker.sql.events.firstTime))[0]?.[0] ?? null;
  }

  /** The time of the first event at or after an instant; Infinity without such an event. */
  async nextTime(fromMs: number): Promise<number> {
    const [row] = await this.#asker.all<[number]>(this.#asker.sql.events.timeFrom(fromMs));
    return row?.[0] ?? Number.POSITIVE_INFINITY;
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
    const { item, separator, takesGroups, takesRevisions, written }: EventFormat = eventFormats[format];
    if (grouping !== null || takesRevisions) {
      const { events, next } = await this.events(query, grouping, limit, after);
      const revisions = await this.#records.revisionsOf(takesRevisions ? events.map(({ id }) => id) : []);
      const texts = events.map((event) =>
        item(takesGroups ? event : asPlainEvent(event), base, revisions.get(event.id)),
      );
      const bytes = utf8.encode(texts.join(separator));
      return { bytes, count: events.length, next, reach: await this.#reach(query, after, query.fromMs) };
    }
    const page = new PageBytes(separator);
    const form = written === undefined ? null : { ...written, separator };
    let earliest = Number.POSITIVE_INFINITY;
    // The size of a page is limited, so a few very long events fill it.
    const next = await this.#visit(query, after, limit, true, {
      take: (event) => {
        page.add(item(event, base));
        if (event.time < earliest) earliest = event.time;
        return page.length <= maxPageChars;
      },
      form,
      takeWritten: ({ bytes, count, first, last }) => {
        page.addBytes(format === 'graphite' ? inAscii(bytes) : bytes, count);
        earliest = Math.min(earliest, first.time, last.time);
        return page.length <= maxPageChars;
      },
    });
    // The next page of a descending list has earlier events.
    const isFromKnown = next === null || (query.order === 'ascending' && page.count > 0);
    const latestFromMs = isFromKnown ? earliest : query.fromMs;
    return {
      bytes: page.toBytes(),
      count: page.count,
      next,
      reach: await this.#reach(query, after, latestFromMs),
    };
  }

  // The reach of a page whose range can start as late as `latestFromMs`.
  async #reach({ untilMs }: EventQuery, after: Cursor | null, latestFromMs: number): Promise<Reach | null> {
    if (after !== null) return null;
    const latestUntilMs = await this.nextTime(untilMs);
    return {
      fromMs: Math.min(latestFromMs, latestUntilMs),
      untilMs: latestUntilMs,
      now: Number.POSITIVE_INFINITY,
    };
  }

  /** The same part as data. */
  async events(
    query: EventQuery,
    grouping: Grouping | null,
    limit: number,
    after: Cursor | null,
  ): Promise<EventPart> {
    if (grouping !== null) {
      const { entries, next } = await this.groups.part(query, grouping, limit, after);
      return { events: entries, next };
    }
    const events: GroupedEvent[] = [];
    let chars = 0;
    const take = (event: StoredEvent): boolean => {
      chars += charsOfEvent(event);
      return events.push(event) > 0 && chars <= maxPageChars;
    };
    const next = await this.#visit(query, after, limit, true, { take });
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
      const { entries, next } = await this.groups.part(query, grouping, limit, after);
      return { count: entries.length, next };
    }
    const { ids, next } = await this.ids(query, limit, after);
    return { count: ids.length, next };
  }

  /** The ids of a query's events, page by page. */
  async ids(query: EventQuery, limit: number, after: Cursor | null): Promise<IdPart> {
    const ids: number[] = [];
    const next = await this.#visit(query, after, limit, false, { take: ({ id }) => ids.push(id) > 0 });
    return { ids, next };
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
    const progress = { vain: 0, isEnough: false };
    const limit = Number.POSITIVE_INFINITY;
    const selecting = { query, after, limit, progress, withTexts: true, form: null };
    let seen = 0;
    for await (const block of this.#selector.select(selecting)) {
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

  // Passes the query's events to a taker in order, until the limit is reached, the taker returns false, or the search
  // takes too long. Returns where to continue, null at the end. Without texts, long descriptions are empty.
  async #visit(
    query: EventQuery,
    after: Cursor | null,
    limit: number,
    withTexts: boolean,
    { take, form = null, takeWritten = () => false }: Taker,
  ): Promise<Cursor | null> {
    const test = createEventTest(query);
    const progress = { vain: 0, isEnough: false };
    const deadline = performance.now() + maxPageMs;
    const blocks = this.#selector.select({
      query,
      after,
      limit: test === null ? limit + 1 : Number.POSITIVE_INFINITY,
      progress,
      withTexts: withTexts || isSearch(query.search),
      form: test === null ? form : null,
    });
    let last: Cursor | undefined;
    let left = limit;
    for await (const block of blocks) {
      if ('bytes' in block) {
        last = block.last;
        left -= block.count;
        progress.isEnough = !takeWritten(block);
        continue;
      }
      for (const event of block) {
        if (last && (left === 0 || progress.isEnough)) return { id: last.id, time: last.time };
        last = event;
        if (test === null || test(event)) {
          left--;
          progress.isEnough = !take(event);
        } else if (++progress.vain % vainEventsPerLook === 0) {
          progress.isEnough = performance.now() > deadline;
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
