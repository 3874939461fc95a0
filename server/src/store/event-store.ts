// What the rest of the server asks of a store. Knows no SQL and no thread.

import type { GroupedEvent, Origin, Scale, Search, Severity, StoredEvent } from '@anthracite/protocol/core';
import type { PageFormat } from '../formats/registry';
import type { ReportFormat } from '../formats/report-formats';
import type { SpanFormat } from '../formats/span-formats';
import type { TitledSpan } from '../formats/titled-span';
import type { Followers, Suspects } from '../formats/told-suspects';
import type { Range } from '../report/affected-time';
import type { IllustratedReport } from '../report/illustrated-report';
import type { NamedRange } from '../report/report';
import type { TokenStore } from './token-store';

/** A line, or an item of a request, that could not be taken as an event. */
export interface RejectedLine {
  /** When it came: milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Where it came in, e.g. `tcp` or `http`. */
  readonly door: string;
  /** Who sent it: address and port as the socket knows them. */
  readonly peer: string;
  readonly code: string;
  readonly message: string;
  /** The line as it came, without its line end; cut at the receiver's line limit. */
  readonly line: Uint8Array;
}

/** A rejected line as the ledger keeps it. */
export interface LedgerEntry extends RejectedLine {
  readonly id: number;
}

/**
 * What is committed in one go: events as columns of equal length (checked, in the order they came),
 * and the lines that were rejected among them. `series` is type and tags as the line format writes them.
 */
export interface EventBatch {
  readonly times: readonly number[];
  readonly series: readonly string[];
  readonly descriptions: readonly string[];
  readonly rejects: readonly RejectedLine[];
}

/** The answer to a batch, one element an event: its id, and 1 if it was new or 0 if it was known. */
export interface BatchReceipt {
  readonly ids: Float64Array;
  readonly fresh: Uint8Array;
}

/** Which words of Graphite's view (type, then tags) an event must have. See `docs/graphite.md`. */
export interface WordFilter {
  readonly words: readonly string[];
  /** `lazy`: all of them, but words that no event ever had do not count. `union`: any. `intersection`: all. */
  readonly set: 'lazy' | 'union' | 'intersection';
}

/** Which events are asked for. All parts must hold; a part that is left out does not restrict. */
export interface EventQuery {
  /** Milliseconds, inclusive. */
  readonly fromMs: number;
  /** Milliseconds, inclusive. */
  readonly untilMs: number;
  /** Patterns: any of these types, and none of those that are written behind `!`. */
  readonly types?: readonly string[];
  /** Patterns: a tag that matches any of these, a tag for each of these, no tag that matches one of these. */
  readonly any?: readonly string[];
  readonly all?: readonly string[];
  readonly none?: readonly string[];
  readonly words?: WordFilter;
  /** Text to be found; null finds nothing. */
  readonly search?: Search | null;
  /** True to leave out events that mark a span. */
  readonly withoutMarks?: boolean;
  readonly order: 'ascending' | 'descending';
}

/** Which spans are asked for: as events, by what their marks have, and by what only spans have. Empty lists do not restrict. */
export interface SpanQuery extends EventQuery {
  readonly scales?: readonly Scale[];
  /** Null for those without one. */
  readonly severities?: readonly (Severity | null)[];
  /** Null for those of which it is not known. */
  readonly origins?: readonly (Origin | null)[];
  /** Whether they are open, or over. */
  readonly isOpen?: boolean;
}

/** A page of a list of spans; `next` is null when there is nothing more. */
export interface SpanList {
  readonly spans: readonly TitledSpan[];
  readonly next: Cursor | null;
}

/** What an event says: all but its id. Checked. */
export interface EventFields {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly type: string;
  readonly tags: readonly string[];
  readonly description: string;
}

/** Who changes something, and when. */
export interface Change {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The name of the token; null where none was needed. */
  readonly who: string | null;
}

/** What became of a change. `same`: another event, with this id, is already what this one would become. */
export type ChangeOutcome =
  | { readonly kind: 'done' | 'unchanged' | 'missing' }
  | { readonly kind: 'same'; readonly id: number };

/** A change as the history keeps it. `before` is null for an event that was put back, `after` for one that was deleted. */
export interface HistoryEntry extends Change {
  /** Counts up with every change of any event. */
  readonly id: number;
  readonly event: number;
  readonly before: EventFields | null;
  readonly after: EventFields | null;
}

/** What is folded: events of one type with the same value of a tag's key, none further from the next than the window. */
export interface Grouping {
  /** Key of the tags, e.g. `version`. */
  readonly key: string;
  readonly windowMs: number;
}

/** How far before a span, or after a change, is looked, and how many are listed. */
export interface SuspectOptions {
  readonly windowMs: number;
  readonly limit: number;
}

/** A place in an ordered list: the event after which it goes on. */
export interface Cursor {
  readonly time: number;
  readonly id: number;
}

/** A page of a list, already written. */
export interface Page {
  /** UTF-8 text of the events, without what a format puts before, between pages and after. */
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where the next page begins; null when there is nothing more. */
  readonly next: Cursor | null;
}

/** What came since: events in the order they came, up to and including an id. */
export interface News {
  readonly events: readonly StoredEvent[];
  readonly upto: number;
  /** False when there is more behind it already. */
  readonly isAll: boolean;
}

/** What has names: types, tags, and the keys of tags. */
export type NameKind = 'types' | 'tags' | 'keys';

/** How far a reader has come: the last event and the last change that it knows of; 0 where there is none. */
export interface StorePosition {
  readonly event: number;
  readonly change: number;
}

/** What became of spans since, as they are now. */
export interface SpanNews {
  readonly spans: readonly TitledSpan[];
  /** Ids under which no span is asked for any more; among them some under which none ever was. */
  readonly gone: readonly number[];
  readonly position: StorePosition;
  /** False when there is more behind it already. */
  readonly isAll: boolean;
}

/** A type or tag that occurs, and how often. Times in milliseconds. */
export interface Usage {
  readonly name: string;
  readonly count: number;
  readonly firstTime: number;
  readonly lastTime: number;
}

/** Counts of events as columns of equal length, ascending in time; those that are 0 are left out. */
export interface Counts {
  /** The types, or the values of a tag, that are counted; one, which is empty, where they are not told apart. */
  readonly names: readonly string[];
  /** Place in `names`. */
  readonly nameOf: Uint32Array;
  /** Which unit of time since the epoch. */
  readonly slots: Float64Array;
  readonly counts: Float64Array;
}

/** What is in the store, in numbers. */
export interface StoreStatistics {
  readonly events: number;
  readonly rejects: number;
  /** Rejected lines that the bounded ledger had to forget. */
  readonly rejectsForgotten: number;
  /** Events that the index by type and tags, and the index of words, have still to follow. */
  readonly seriesLag: number;
  readonly searchLag: number;
  /** Bytes of the database file and its write-ahead log. */
  readonly bytes: number;
}

/** A page of the ledger, newest first. */
export interface LedgerPage {
  readonly entries: readonly LedgerEntry[];
  /** The id below which the next page begins; null when there is nothing more. */
  readonly nextBefore: number | null;
}

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
  /** The last event and the last change that there are. */
  position(): Promise<StorePosition>;
  /** Changes of any event behind the one with an id, in the order they were made. */
  changesAfter(id: number, limit: number): Promise<readonly HistoryEntry[]>;
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
  types(prefix: string, limit: number): Promise<readonly Usage[]>;
  tags(prefix: string, limit: number): Promise<readonly Usage[]>;
  /**
   * The first names of types, tags or keys of tags that begin with a prefix, in order: quick, for completion. One whose events
   * were all deleted may be among them.
   */
  names(kind: NameKind, prefix: string, limit: number): Promise<readonly string[]>;
  ledger(limit: number, before: number | null): Promise<LedgerPage>;
  ledgerEntry(id: number): Promise<LedgerEntry | null>;
  /** Makes an event another, under its id; what it was, sent again, is known as this event. */
  edit(id: number, fields: EventFields, change: Change): Promise<ChangeOutcome>;
  /** Deletes events, and returns how many there were; sent again, they stay deleted. */
  remove(ids: readonly number[], change: Change): Promise<number>;
  /** Puts a deleted event back as it was. */
  restore(id: number, change: Change): Promise<ChangeOutcome>;
  /** All changes of an event, oldest first. */
  history(event: number): Promise<readonly HistoryEntry[]>;
  /** Forgets a rejected line; false when there is none with that id. */
  forget(id: number): Promise<boolean>;
  statistics(): Promise<StoreStatistics>;
  readonly tokens: TokenStore;
  /** Finishes what was begun and closes the files. */
  close(): Promise<void>;
}
