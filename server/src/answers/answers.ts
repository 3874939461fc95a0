// Defines the queries that a store answers, and the shape of their answers. They are answered through an `Asker` only.

import type { GroupedEvent, StoredEvent } from '@anthracite/protocol/core';
import type { PageFormat } from '../formats/registry';
import type { ReportFormat } from '../formats/report-formats';
import type { SpanFormat } from '../formats/span-formats';
import type { TitledSpan } from '../formats/titled-span';
import type { Followers, Suspects } from '../formats/told-suspects';
import type {
  Cursor,
  EventQuery,
  Grouping,
  NameKind,
  ReportOptions,
  SpanQuery,
  SuspectOptions,
} from '../query/event-query';
import type { IllustratedReport } from '../report/illustrated-report';
import type { Range } from '../report/intervals';
import type { StoredReject, StoredRejectPage } from '../storage/event-batch';
import type { HistoryEntry, HistoryPage } from '../storage/event-change';
import type { Position } from '../storage/position';

/**
 * How far the instants of a question can move forward, up to and including these, with the same answer, as long as no event is
 * stored or changed. In milliseconds since the epoch.
 */
export interface Reach {
  readonly fromMs: number;
  readonly untilMs: number;
  /** The present, for questions that have one. */
  readonly now: number;
}

/** A page of a list, as text. */
export interface Page {
  /** UTF-8 text of the events, without the format's text before, between and after pages. */
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where the next page starts; null on the last page. */
  readonly next: Cursor | null;
  /** Null for a page after the first one. */
  readonly reach: Reach | null;
}

/** A part of a list, as data. */
export interface EventPart {
  readonly events: readonly GroupedEvent[];
  readonly next: Cursor | null;
}

/** A part of a list, as ids of events. */
export interface IdPart {
  readonly ids: readonly number[];
  readonly next: Cursor | null;
}

/** The number of entries in a part of a list. */
export interface ListCount {
  readonly count: number;
  readonly next: Cursor | null;
}

/** A page of a list of spans; `next` is null on the last page. */
export interface SpanList {
  readonly spans: readonly TitledSpan[];
  readonly next: Cursor | null;
}

/** New events, then new changes, in the order in which they came; each with the position after it. */
export interface News {
  readonly events: readonly { readonly event: StoredEvent; readonly position: Position }[];
  readonly changes: readonly { readonly change: HistoryEntry; readonly position: Position }[];
  /** The position after all of these, and after everything that the query does not match. */
  readonly position: Position;
  /** False when more is available now. */
  readonly isAll: boolean;
}

/** Changes to spans since a position, as the spans are now. */
export interface SpanNews {
  readonly spans: readonly TitledSpan[];
  /** Ids of spans that no longer match. May include ids that were never spans. */
  readonly gone: readonly number[];
  readonly position: Position;
  /** False when more is available now. */
  readonly isAll: boolean;
}

/** Where a live stream starts. */
export interface Start {
  readonly position: Position;
  /** True when the store has not reached the given position, such as after a restore: the stream starts at the end. */
  readonly isReset: boolean;
}

/** The first of some items. */
export interface Beginning<T> {
  readonly items: readonly T[];
  /** False when there are more. */
  readonly isAll: boolean;
}

/** A type or tag in use, and how often. Times in milliseconds since the epoch. */
export interface Usage {
  readonly name: string;
  readonly count: number;
  readonly firstTime: number;
  readonly lastTime: number;
}

/**
 * What events are counted by: `type`; the key of a tag; nothing (null); or with a list of keys, at once by type, under the name
 * `=type`, and by tags with these keys, under the whole tag.
 */
export type CountBy = string | null | readonly string[];

/** Counts of events as columns of equal length, ascending in time; zero counts are left out. */
export interface Counts {
  /** The counted types, or values of a tag; one empty name when all events are counted together. */
  readonly names: readonly string[];
  /** Index into `names`. */
  readonly nameOf: Uint32Array;
  /** The interval, counted since the epoch. */
  readonly slots: Float64Array;
  readonly counts: Float64Array;
  readonly reach: Reach;
}

/** Totals of the store. */
export interface StoreStatistics {
  readonly events: number;
  readonly rejects: number;
  /** Rejected lines that were dropped because the store keeps a limited number. */
  readonly rejectsForgotten: number;
  /** Number of events that the index by type and tags, and the index of words, do not contain yet. */
  readonly seriesLag: number;
  readonly countsLag: number;
  readonly searchLag: number;
}

/**
 * The queries of a store. Every method is asynchronous and does not block the caller's thread. Rejects with a
 * `StoreError` when the store cannot answer.
 */
export interface Answers {
  event(id: number): Promise<StoredEvent | null>;
  /** A page of a list as text; `limit` counts groups when events are grouped. Links in it start with `base`. */
  page(
    query: EventQuery,
    grouping: Grouping | null,
    format: PageFormat,
    limit: number,
    after: Cursor | null,
    base?: string,
  ): Promise<Page>;
  /** The same page as data. */
  events(
    query: EventQuery,
    grouping: Grouping | null,
    limit: number,
    after: Cursor | null,
  ): Promise<EventPart>;
  /** The number of entries in the same page. */
  count(
    query: EventQuery,
    grouping: Grouping | null,
    limit: number,
    after: Cursor | null,
  ): Promise<ListCount>;
  /** The ids of the query's events, page by page. */
  ids(query: EventQuery, limit: number, after: Cursor | null): Promise<IdPart>;
  /** The group of an event: the first event in time, with the others grouped into it. */
  groupOf(query: EventQuery, grouping: Grouping, event: StoredEvent): Promise<GroupedEvent>;
  /**
   * A page of the spans that overlap the query's range and whose marks match it, in order of their start. Cursors hold
   * a start and an id. Open spans last until `now`.
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
  /** The span of a mark, given the id of any of its marks; null when the event is not a mark. */
  span(id: number): Promise<TitledSpan | null>;
  /**
   * The changes that match a query (its range does not count) within a window before the start of a mark's span, most
   * suspicious first; null when the event is not a mark.
   */
  suspects(id: number, query: EventQuery, options: SuspectOptions): Promise<Suspects | null>;
  /**
   * The spans that match a query within a window after an event's change, most suspicious first. If the query names no
   * types: incidents and gains. Null when the event does not exist.
   */
  followers(id: number, query: SpanQuery, options: SuspectOptions): Promise<Followers | null>;
  /** The report of a query's range, in total and by period, as UTF-8 text. The end of the range is exclusive. */
  report(query: EventQuery, options: ReportOptions, format: ReportFormat): Promise<Uint8Array>;
  /** The same report as data, with the data of its charts; `days` are consecutive parts of the range. */
  illustratedReport(
    query: EventQuery,
    options: ReportOptions,
    days: readonly Range[],
  ): Promise<IllustratedReport>;
  /**
   * Pairs of a whole second and its number of events, flattened into one array, ascending; seconds without events are
   * left out.
   */
  countBySecond(query: EventQuery): Promise<Float64Array>;
  /**
   * Counts events by units of time, and by `type`, or by the values of a tag's key (an event without the tag counts for
   * the empty value, an event with two values counts for both), or all together (null).
   */
  counts(query: EventQuery, unitMs: number, by: CountBy): Promise<Counts>;
  /**
   * Counts the same by consecutive bins. Each bin includes its lower bound and excludes its upper bound; `slots` are
   * indexes of bins.
   */
  countsBetween(query: EventQuery, bounds: readonly number[], by: CountBy): Promise<Counts>;
  /** Types, or tags, with a prefix, in order; fewer than the limit when names are long. */
  types(prefix: string, limit: number): Promise<Beginning<Usage>>;
  tags(prefix: string, limit: number): Promise<Beginning<Usage>>;
  /**
   * The first names of types, tags or keys of tags with a prefix, in order: fast, for completion. May include names
   * whose events were all deleted.
   */
  names(kind: NameKind, prefix: string, limit: number): Promise<Beginning<string>>;
  rejects(limit: number, before: number | null): Promise<StoredRejectPage>;
  reject(id: number): Promise<StoredReject | null>;
  /** The number of rejected lines. */
  rejectCount(): Promise<number>;
  /** The key of an event: the first by source and key when it has several, null when it has none. */
  key(event: number): Promise<string | null>;
  /** The changes of an event after a change id, oldest first; a shorter page when they are long. */
  history(event: number, after: number): Promise<HistoryPage>;
  /** The newest changes of an event. */
  newestHistory(event: number): Promise<HistoryPage>;
  /** The current position of the store. */
  position(): Promise<Position>;
  /** Where a client that reached a position continues. */
  start(asked: Position): Promise<Start>;
  /**
   * The events of a query stored after a position, in the order they came (not in the query's order), and the changes
   * of any event.
   */
  news(query: EventQuery, after: Position): Promise<News>;
  /** The spans of a query that started, changed or ended after a position. */
  spanNews(query: SpanQuery, after: Position): Promise<SpanNews>;
  statistics(): Promise<StoreStatistics>;
}
