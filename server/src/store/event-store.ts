// What the rest of the server asks of a store. Knows no SQL and no thread.

import type { StoredEvent } from '@anthracite/protocol/core';
import type { PageFormat } from '../formats/registry';

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
  /** Any of these types. */
  readonly types?: readonly string[];
  /** All of these tags. */
  readonly tags?: readonly string[];
  readonly words?: WordFilter;
  readonly order: 'ascending' | 'descending';
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

/** A type or tag that occurs, and how often. Times in milliseconds. */
export interface Usage {
  readonly name: string;
  readonly count: number;
  readonly firstTime: number;
  readonly lastTime: number;
}

/** What is in the store, in numbers. */
export interface StoreStatistics {
  readonly events: number;
  readonly rejects: number;
  /** Rejected lines that the bounded ledger had to forget. */
  readonly rejectsForgotten: number;
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
  /**
   * Writes the events of a query, as they are at one instant, to a new SQLite file; see `docs/formats.md`. Resolves with
   * their number. An aborted signal ends it, and leaves the file as it is.
   */
  snapshot(query: EventQuery, file: string, signal: AbortSignal): Promise<number>;
  /** Whole second -> events in it, ascending; seconds without any are left out. */
  countBySecond(query: EventQuery): Promise<ReadonlyMap<number, number>>;
  types(prefix: string, limit: number): Promise<readonly Usage[]>;
  tags(prefix: string, limit: number): Promise<readonly Usage[]>;
  ledger(limit: number, before: number | null): Promise<LedgerPage>;
  ledgerEntry(id: number): Promise<LedgerEntry | null>;
  /** Forgets a rejected line; false when there is none with that id. */
  forget(id: number): Promise<boolean>;
  statistics(): Promise<StoreStatistics>;
  /** Finishes what was begun and closes the files. */
  close(): Promise<void>;
}
