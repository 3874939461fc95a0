// Defines the storage that each database implements. Independent of SQL, threads and files.

import type { EventQuery } from '../query/event-query';
import type { BatchReceipt, EventBatch, EventKey } from './event-batch';
import type {
  BulkOutcome,
  Change,
  ChangeOutcome,
  EventPatch,
  FoundEvents,
  MoveOutcome,
  PurgeOutcome,
  WantedStates,
} from './event-change';
import type { Integrity } from './integrity';
import type { RetentionStore } from './retention';
import type { TargetStore } from './target-store';
import type { TokenStore } from './token-store';

/**
 * Stores events. Everything acknowledged is synced. Every method is asynchronous and does not block the caller's
 * thread. Rejects with a `StoreError` when the store fails.
 */
export interface Storage {
  /**
   * Resolves when all of the batch is committed and synced; rejects when none of it is. Batches are committed in the
   * order of the calls, except that one that `mayOvertake` may go before others: it must be small.
   */
  append(batch: EventBatch, mayOvertake?: boolean): Promise<BatchReceipt>;
  /** Replaces fields of an event and keeps its id. Its previous version, submitted again, counts as a duplicate. */
  edit(id: number, patch: EventPatch, change: Change, wanted: WantedStates): Promise<ChangeOutcome>;
  /** Deletes an event; it stays deleted when it is sent again. */
  remove(id: number, change: Change, wanted: WantedStates): Promise<ChangeOutcome>;
  /** Deletes all events of a query in one commit, or none if their number is not as expected. */
  removeAll(query: EventQuery, found: FoundEvents, expected: number, change: Change): Promise<BulkOutcome>;
  /** Restores a deleted event. */
  restore(id: number, change: Change): Promise<ChangeOutcome>;
  /**
   * Removes an event, present or deleted, with its history and its keys. The history then only tells who purged it, and
   * when. If the same event is sent again, it is a new event.
   */
  purge(id: number, change: Change): Promise<PurgeOutcome>;
  /**
   * Moves the mark of a span, which its source identifies by a key: a start to an earlier time, an end to a later one
   * (milliseconds since the epoch). Null reopens the span: the end is deleted; if it is moved afterwards, it is
   * restored, at the later of both times. For any other time the mark is unchanged. Only marks that nobody except their
   * source has changed can be moved. Each move is recorded in the history, with the source as its author.
   */
  moveMark(key: EventKey, time: number | null, at: number): Promise<MoveOutcome>;
  /** Deletes a rejected line; false if none exists with that id. */
  forget(id: number): Promise<boolean>;
  /** Commits and syncs a change without content, to find out whether commits succeed. */
  tryCommit(): Promise<void>;
  readonly tokens: TokenStore;
  readonly targets: TargetStore;
  readonly retention: RetentionStore;
  /**
   * Calls a listener after each commit of events, before its author learns of it, and after each attempt that failed. Returns a
   * function that ends that.
   */
  onCommit(listener: () => void): () => void;
  /**
   * Writes the events of a query, as they are at one instant, to a new SQLite file; see `docs/formats.md`. Resolves
   * with their number. An aborted signal ends it, and leaves the file unfinished.
   */
  snapshot(query: EventQuery, file: string, signal: AbortSignal): Promise<number>;
  /** Size of the database in bytes. */
  bytes(): number;
  /** The result of the last check of the database. */
  integrity(): Integrity;
  /** Answers no more queries: open ones fail with `STORE_CLOSED`. Writes in progress are finished. */
  endReading(): void;
  /**
   * Ends all queries, finishes writes in progress, and closes the database. Resolves with false when that took longer
   * than `withinMs` milliseconds: a thread is still working then, and continues until it is done.
   */
  close(withinMs?: number): Promise<boolean>;
}
