// What is answered: pages of lists, what came since, counts.

import type { StoredEvent } from '@anthracite/protocol/core';
import type { TitledSpan } from '../formats/titled-span';
import type { Cursor } from './event-query';

/** A page of a list, already written. */
export interface Page {
  /** UTF-8 text of the events, without what a format puts before, between pages and after. */
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where the next page begins; null when there is nothing more. */
  readonly next: Cursor | null;
}

/** A page of a list of spans; `next` is null when there is nothing more. */
export interface SpanList {
  readonly spans: readonly TitledSpan[];
  readonly next: Cursor | null;
}

/** What came since: events in the order they came, up to and including an id. */
export interface News {
  readonly events: readonly StoredEvent[];
  readonly upto: number;
  /** False when there is more behind it already. */
  readonly isAll: boolean;
}

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

/** The first of some items. */
export interface Beginning<T> {
  readonly items: readonly T[];
  /** False when there are more. */
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
