// Writes to the database, one transaction per step: batches of events, changes, the background indexes. One instance
// per file.

import type { EventQuery } from '../../query/event-query';
import type { BatchReceipt, EventBatch, EventKey } from '../event-batch';
import type {
  BulkOutcome,
  Change,
  ChangeOutcome,
  EventPatch,
  FoundEvents,
  MoveOutcome,
  PurgeOutcome,
  WantedStates,
} from '../event-change';
import { canBeMark } from '../marks/mark-series';
import { nothingRemoved } from '../retention';
import { Changes } from './changes';
import type { Database, Statement } from './connection';
import { Erasure } from './erasure';
import { EventTable } from './event-table';
import type { FileGuard } from './file/file-guard';
import { HourCountTable } from './hour-count-table';
import { KeyTable } from './key-table';
import { MarkTable } from './marks/mark-table';
import { Moves } from './moves';
import { type Pruned, type PrunedDeleted, Purge } from './purge';
import { type RejectLimits, RejectTable } from './reject-table';
import { SearchIndex } from './search-index';
import { SeriesIndex } from './series-index';
import { UnusedSeries } from './unused-series';

// 16 MiB. Retention waits while the log has more.
const maxLoggedPages = 4_096;

/** The indexes that follow the events in the background. */
export type FollowingIndex = 'series' | 'counts' | 'search';

// Number of events that are added to the index of series at once: takes some milliseconds.
const portion = 2_500;

export class Writer {
  readonly #db: Database;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #events: EventTable;
  readonly #keys: KeyTable;
  readonly #rejects: RejectTable;
  readonly #marks: MarkTable;
  readonly #changes: Changes;
  readonly #moves: Moves;
  readonly #erasure: Erasure;
  readonly #purge: Purge;
  readonly #guard: FileGuard | null;
  readonly #indexes: {
    readonly series: SeriesIndex;
    readonly counts: HourCountTable;
    readonly search: SearchIndex;
  };
  #isStale = false;

  /** Without a guard, nothing notices that another server writes to the file, or that it is gone. */
  constructor(db: Database, limits: RejectLimits, guard: FileGuard | null = null) {
    this.#db = db;
    this.#guard = guard;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#events = new EventTable(db);
    this.#keys = new KeyTable(db, this.#events);
    this.#rejects = new RejectTable(db, limits);
    this.#marks = new MarkTable(db);
    this.#indexes = {
      series: new SeriesIndex(db),
      counts: new HourCountTable(db),
      search: new SearchIndex(db),
    };
    this.#changes = new Changes(db, {
      events: this.#events,
      seriesIndex: this.#indexes.series,
      hourCounts: this.#indexes.counts,
      searchIndex: this.#indexes.search,
      marks: this.#marks,
    });
    this.#moves = new Moves(db, this.#changes, this.#keys);
    const kept = { events: this.#events, marks: this.#marks, unusedSeries: new UnusedSeries(db) };
    this.#erasure = new Erasure(db, { ...kept, searchIndex: this.#indexes.search });
    this.#purge = new Purge(db, { ...kept, changes: this.#changes, erasure: this.#erasure });
  }

  /** Commits a batch, synced, or throws and stores none of it. */
  append(batch: EventBatch): BatchReceipt {
    return this.#transaction(() => {
      const { keys } = batch;
      const receipt = keys === undefined ? this.#events.insert(batch) : this.#keys.insert(batch, keys);
      this.#addMarks(batch, receipt);
      this.#rejects.add(batch.rejects);
      return receipt;
    });
  }

  /** Deletes a rejected line; false when it does not exist. Its bytes are erased by `erase`. */
  forget(id: number): boolean {
    return this.#transaction(() => {
      const isDeleted = this.#rejects.remove(id);
      if (isDeleted) this.#erasure.want('log');
      return isDeleted;
    });
  }

  /** Commits a change without content, synced, or throws. */
  tryCommit(): void {
    this.#transaction(() => this.#guard?.claim());
  }

  /** Changes fields of an event. */
  edit(id: number, patch: EventPatch, change: Change, wanted: WantedStates): ChangeOutcome {
    return this.#transaction(() => this.#changes.edit(id, patch, change, wanted));
  }

  /** Deletes an event. */
  remove(id: number, change: Change, wanted: WantedStates): ChangeOutcome {
    return this.#transaction(() => this.#changes.remove(id, change, wanted));
  }

  /** Deletes all events of a query, or none if their number is not as expected. */
  removeAll(query: EventQuery, found: FoundEvents, expected: number, change: Change): BulkOutcome {
    return this.#transaction(() => this.#changes.removeAll(query, found, expected, change));
  }

  /** Restores a deleted event. */
  restore(id: number, change: Change): ChangeOutcome {
    return this.#transaction(() => this.#changes.restore(id, change));
  }

  /** Moves the mark of a span that a source identifies by a key. */
  moveMark(key: EventKey, time: number | null, at: number): MoveOutcome {
    return this.#transaction(() => this.#moves.move(key, time, at));
  }

  /** Purges an event. Its bytes are erased by `erase`. */
  purge(id: number, change: Change): PurgeOutcome['kind'] {
    return this.#transaction(() => this.#purge.one(id, change));
  }

  /** Removes events that are too old, with their history; see `RetentionStore`. */
  prune(query: EventQuery, ids: Float64Array, isEnough: () => boolean): Pruned {
    if (this.#isLogTooLong()) return { done: 0, removed: nothingRemoved };
    return this.retain((step) => step.prune(query, ids, isEnough));
  }

  /** Removes deleted events that are too old; see `RetentionStore`. */
  pruneDeleted(query: EventQuery, after: number): PrunedDeleted {
    if (this.#isLogTooLong()) return { next: after, removed: nothingRemoved };
    return this.retain((step) => step.pruneDeleted(query, after));
  }

  /** A step of retention. Not synced: a run that loses its last steps in a power failure repeats them. */
  retain<T>(step: (purge: Purge) => T): T {
    return this.#unsynced(() => step(this.#purge));
  }

  /** Whether bytes of purged events may be left. */
  get isErasing(): boolean {
    return this.#erasure.isPending;
  }

  /** Takes a step to erase them; false when it has to wait for somebody who reads an earlier state. */
  erase(): boolean {
    if (!this.#erasure.isPending) return true;
    if (!this.#erasure.isAtLog) this.#unsynced(() => this.#erasure.step());
    else if (!this.#erasure.emptyLog()) return false;
    else this.#transaction(() => this.#erasure.end());
    return true;
  }

  /** The highest id that an event has or had. */
  get lastId(): number {
    return this.#events.lastId;
  }

  /** Number of events that an index does not contain yet. */
  lag(index: FollowingIndex): number {
    return Math.max(0, this.#events.lastId - this.#indexes[index].progress.upto);
  }

  /**
   * Adds events to an index: at most `maxEvents`, and fewer when `isEnough` returns true. Not synced: an index that loses its
   * last step in a power failure repeats it. With the last portion of a small block of the index of series, its events
   * are added to the counts.
   */
  follow(index: FollowingIndex, maxEvents: number, isEnough: () => boolean = () => false): void {
    if (this.lag(index) === 0) return;
    const { series, counts, search } = this.#indexes;
    this.#unsynced(() => {
      const { upto } = this.#indexes[index].progress;
      const next = Math.min(this.#events.lastId, upto + maxEvents);
      if (index === 'search') search.followTo(next, isEnough);
      else if (index === 'counts') counts.followTo(next);
      else {
        series.addPortion(next, portion);
        const followed = series.progress.upto;
        if (counts.progress.upto === upto && followed - upto <= portion) counts.followTo(followed);
      }
    });
  }

  /** Merges a part of the search index, so that searches stay fast; false when there was nothing to merge. */
  mergeSearch(): boolean {
    return this.#unsynced(() => this.#indexes.search.merge());
  }

  /** Number of pages of the write-ahead log that the file does not have yet. */
  get loggedPages(): number {
    const [state] = this.#db.pragma('wal_checkpoint(NOOP)') as [{ log: number; checkpointed: number }];
    return Math.max(0, state.log - state.checkpointed);
  }

  /** Writes the log into the file, as far as no reader needs the file's earlier state. */
  checkpoint(): void {
    this.#db.pragma('wal_checkpoint(PASSIVE)');
  }

  /** Whether the spans of all events are stored. */
  get hasSpans(): boolean {
    return this.#marks.isFilled;
  }

  /** Throws a `StoreError` when another server has opened the file, or when it is gone. */
  verify(): void {
    if (this.#guard?.isUnclaimed === false) this.#guard.checkMark();
    this.#guard?.checkFiles();
  }

  /** Closes the connection. */
  close(): void {
    this.#db.close();
  }

  /** Commits the changes of `work`, synced, or throws and stores none of them. For the file's other tables. */
  transact<T>(work: () => T): T {
    return this.#transaction(work);
  }

  // Pages of many events would make the log much longer than the file while a reader needs the file's earlier state.
  #isLogTooLong(): boolean {
    if (this.loggedPages <= maxLoggedPages) return false;
    this.checkpoint();
    return this.loggedPages > maxLoggedPages;
  }

  #unsynced<T>(work: () => T): T {
    this.#recover();
    this.#db.pragma('synchronous = NORMAL');
    try {
      return this.#transaction(work);
    } finally {
      this.#db.pragma('synchronous = FULL');
    }
  }

  #transaction<T>(work: () => T): T {
    this.#recover();
    try {
      this.#begin.run();
      const isFirst = this.#guard?.isUnclaimed ?? false;
      if (isFirst) this.#claim();
      else this.#guard?.checkMark();
      this.#marks.fill();
      const result = work();
      this.#marks.settle();
      this.#indexes.counts.settle();
      this.#commit.run();
      if (isFirst) this.#guard?.confirmClaim();
      this.#guard?.checkFiles();
      return result;
    } catch (error) {
      this.#isStale = true;
      try {
        this.#recover();
      } catch {} // the next transaction starts with a recovery
      throw error;
    }
  }

  #addMarks({ times, series }: EventBatch, { ids, fresh }: BatchReceipt): void {
    for (const [i, text] of series.entries()) {
      if (fresh[i] === 0 || !canBeMark(text)) continue;
      const event = { time: times[i] as number, seriesId: this.#events.seriesId(text), series: text };
      this.#marks.add(ids[i] as number, event);
    }
  }

  // The cached state of the file was read before this server owned it.
  #claim(): void {
    this.#guard?.claim();
    this.#readState();
  }

  #readState(): void {
    const { series, counts, search } = this.#indexes;
    const parts = [this.#events, this.#rejects, this.#marks, series, counts, search, this.#erasure];
    for (const part of parts) part.readState();
  }

  // After a failure: SQLite rolls back automatically on some errors (a full disk) and not on others, and the cached
  // state of the file may be wrong.
  #recover(): void {
    if (!this.#isStale) return;
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    this.#readState();
    this.#isStale = false;
  }
}
