// What the rest of the server asks of a store, and the door to what that is asked and answered with. Knows no SQL and no thread.

import type { GroupedEvent, StoredEvent } from '@anthracite/protocol/core';
import type { PageFormat } from '../formats/registry';
import type { ReportFormat } from '../formats/report-formats';
import type { SpanFormat } from '../formats/span-formats';
import type { TitledSpan } from '../formats/titled-span';
import type { Followers, Suspects } from '../formats/told-suspects';
import type { Range } from '../report/affected-time';
import type { IllustratedReport } from '../report/illustrated-report';
import type { NamedRange } from '../report/report';
import type { BatchReceipt, EventBatch, LedgerEntry, LedgerPage } from './event-batch';
import type {
  BulkOutcome,
  Change,
  ChangeOutcome,
  EventPatch,
  FoundEvents,
  HistoryPage,
  WantedStates,
} from './event-change';
import type { Cursor, EventQuery, Grouping, NameKind, SpanQuery, SuspectOptions } from './event-query';
import type { Integrity } from './integrity/watch';
import type {
  Beginning,
  Counts,
  News,
  Page,
  SpanList,
  SpanNews,
  StorePosition,
  StoreStatistics,
  Usage,
} from './store-answer';
import type { TokenStore } from './token-store';

export type * from './event-batch';
export type * from './event-change';
export type * from './event-query';
export type * from './store-answer';

/**
 * The store. Every method is asynchronous and none blocks the caller's thread.
 * Rejects with a `StoreError` when the store cannot do what it was asked.
 */
export interface EventStore {
  /** Resolves when all of the batch is committed and synced; rejects when none of it is. */
  append(batch: EventBatch): Promise<BatchReceipt>;
  event(id: number): Promise<StoredEvent | null>;
  page(query: EventQuery, format: PageFormat, limit: number, after: Cursor | null): Promise<Page>;
  /** A page of a list whose events are folded; `limit` counts what is left of them. */
  groupedPage(
    query: EventQuery,
    grouping: Grouping,
    format: PageFormat,
    limit: number,
    after: Cursor | null,
  ): Promise<Page>;
  /** The group that an event belongs to: the first of its events in time, with the others folded into it. */
  groupOf(query: EventQuery, grouping: Grouping, event: StoredEvent): Promise<GroupedEvent>;
  /**
   * A page of the spans that overlap the query's range and match it with what their marks have, in order of their begin.
   * Cursors have a begin and an id. Open spans last until `now`.
   */
  spanPage(
    query: SpanQuery,
    format: SpanFormat,
    now: number,
    limit: number,
    after: Cursor | null,
  ): Promise<Page>;
  /** The same spans as data. */
  spans(query: SpanQuery, limit: number, after: Cursor | null): Promise<SpanList>;
  /** The span that an event marks, whichever of its marks it is; null where it marks none. */
  span(id: number): Promise<TitledSpan | null>;
  /**
   * The changes that a query asks for, whatever its range, within a window before the begin of the span that an event marks,
   * the most suspicious first; null where it marks none.
   */
  suspects(id: number, query: EventQuery, options: SuspectOptions): Promise<Suspects | null>;
  /**
   * The spans that a query asks for, within a window after the change that an event belongs to, the most suspicious first: where
   * it names no types, incidents and gains. Null where there is no such event.
   */
  followers(id: number, query: SpanQuery, options: SuspectOptions): Promise<Followers | null>;
  /** The report of a query's range, whose end is not included, as a whole and by parts of it, as UTF-8 text. */
  report(query: EventQuery, periods: readonly NamedRange[], format: ReportFormat): Promise<Uint8Array>;
  /** The same as data, with what its pictures are drawn from; `days` are consecutive parts of the range. */
  illustratedReport(
    query: EventQuery,
    periods: readonly NamedRange[],
    days: readonly Range[],
  ): Promise<IllustratedReport>;
  /** The ids of the query's events, a page at a time. */
  ids(
    query: EventQuery,
    limit: number,
    after: Cursor | null,
  ): Promise<{ readonly ids: readonly number[]; readonly next: Cursor | null }>;
  /** Events that came after the one with an id, in the order they came, whatever the query's order. */
  news(query: EventQuery, afterId: number, limit: number): Promise<News>;
  /** Spans of a query that began, changed or ended behind a position. */
  spanNews(query: SpanQuery, after: StorePosition): Promise<SpanNews>;
  /** The highest id that an event has or had, and the last change. */
  position(): Promise<StorePosition>;
  /** Changes of any event behind the one with an id, in the order they were made; of long ones a few. */
  changesAfter(id: number, limit: number): Promise<HistoryPage>;
  /**
   * Writes the events of a query, as they are at one instant, to a new SQLite file; see `docs/formats.md`. Resolves with
   * their number. An aborted signal ends it, and leaves the file as it is.
   */
  snapshot(query: EventQuery, file: string, signal: AbortSignal): Promise<number>;
  /** Whole second -> events in it, ascending; seconds without any are left out. */
  countBySecond(query: EventQuery): Promise<ReadonlyMap<number, number>>;
  /**
   * Events by units of time, and by `type`, or by the values of a tag's key (an event without it counts as the empty
   * value, one with two values for both), or all together (null).
   */
  counts(query: EventQuery, unitMs: number, by: string | null): Promise<Counts>;
  /** The same by consecutive bins, each from one of the bounds up to, and without, the next; `slots` are their places. */
  countsBetween(query: EventQuery, bounds: readonly number[], by: string | null): Promise<Counts>;
  /** Types, and tags, that begin with a prefix, in order; of long ones fewer than the limit. */
  types(prefix: string, limit: number): Promise<Beginning<Usage>>;
  tags(prefix: string, limit: number): Promise<Beginning<Usage>>;
  /**
   * The first names of types, tags or keys of tags that begin with a prefix, in order: quick, for completion. One whose events
   * were all deleted may be among them.
   */
  names(kind: NameKind, prefix: string, limit: number): Promise<Beginning<string>>;
  ledger(limit: number, before: number | null): Promise<LedgerPage>;
  ledgerEntry(id: number): Promise<LedgerEntry | null>;
  /** Changes fields of an event, under its id; what it was, sent again, is known as this event. */
  edit(id: number, patch: EventPatch, change: Change, wanted: WantedStates): Promise<ChangeOutcome>;
  /** Deletes an event; sent again, it stays deleted. */
  remove(id: number, change: Change, wanted: WantedStates): Promise<ChangeOutcome>;
  /** Deletes all events of a query in one commit, or none of them where there are not as many as expected. */
  removeAll(query: EventQuery, found: FoundEvents, expected: number, change: Change): Promise<BulkOutcome>;
  /** Puts a deleted event back as it was. */
  restore(id: number, change: Change): Promise<ChangeOutcome>;
  /** Changes of an event behind the one with an id, oldest first; of long ones a few. */
  history(event: number, after: number): Promise<HistoryPage>;
  /** The newest changes of an event. */
  newestHistory(event: number): Promise<HistoryPage>;
  /** Forgets a rejected line; false when there is none with that id. */
  forget(id: number): Promise<boolean>;
  statistics(): Promise<StoreStatistics>;
  /** What the last check of the file found. */
  integrity(): Integrity;
  readonly tokens: TokenStore;
  /** Answers no more questions: those under way fail with `STORE_CLOSED`. What is being written is finished. */
  endReading(): void;
  /**
   * Ends all questions, finishes what is being written, and closes the files. Resolves with false when that took longer than
   * `withinMs` milliseconds: a thread is still at work then, and goes on until it is done.
   */
  close(withinMs?: number): Promise<boolean>;
}
