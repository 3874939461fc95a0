// Writes to the database, one transaction a step: batches of events, changes, the indexes that follow. One a file.

import { Changes } from './changes';
import type { Database, Statement } from './database';
import type {
  BatchReceipt,
  BulkOutcome,
  Change,
  ChangeOutcome,
  EventBatch,
  EventPatch,
  EventQuery,
  FoundEvents,
  WantedStates,
} from './event-store';
import { EventTable } from './event-table';
import type { FileGuard } from './file-guard';
import { Ledger, type LedgerLimits } from './ledger';
import { SearchIndex } from './search-index';
import { SeriesIndex } from './series-index';

/** The indexes that follow the events in the background. */
export type FollowingIndex = 'series' | 'search';

export class Writer {
  readonly #db: Database;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #events: EventTable;
  readonly #ledger: Ledger;
  readonly #changes: Changes;
  readonly #guard: FileGuard | null;
  readonly #indexes: { readonly series: SeriesIndex; readonly search: SearchIndex };
  #isStale = false;

  /** Without a guard nobody notices that another server writes to the file, or that it is gone. */
  constructor(db: Database, limits: LedgerLimits, guard: FileGuard | null = null) {
    this.#db = db;
    this.#guard = guard;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#events = new EventTable(db);
    this.#ledger = new Ledger(db, limits);
    this.#indexes = { series: new SeriesIndex(db), search: new SearchIndex(db) };
    this.#changes = new Changes(db, {
      events: this.#events,
      seriesIndex: this.#indexes.series,
      searchIndex: this.#indexes.search,
    });
  }

  /** Commits a batch, synced, or throws and leaves nothing of it. */
  append(batch: EventBatch): BatchReceipt {
    return this.#transaction(() => {
      const receipt = this.#events.insert(batch);
      this.#ledger.add(batch.rejects);
      return receipt;
    });
  }

  /** Takes a line out of the ledger; false when it is not there. */
  forget(id: number): boolean {
    return this.#transaction(() => this.#ledger.remove(id));
  }

  /** Changes fields of an event. */
  edit(id: number, patch: EventPatch, change: Change, wanted: WantedStates): ChangeOutcome {
    return this.#transaction(() => this.#changes.edit(id, patch, change, wanted));
  }

  /** Deletes an event. */
  remove(id: number, change: Change, wanted: WantedStates): ChangeOutcome {
    return this.#transaction(() => this.#changes.remove(id, change, wanted));
  }

  /** Deletes all events of a query, or none of them where there are not as many as expected. */
  removeAll(query: EventQuery, found: FoundEvents, expected: number, change: Change): BulkOutcome {
    return this.#transaction(() => this.#changes.removeAll(query, found, expected, change));
  }

  /** Puts a deleted event back. */
  restore(id: number, change: Change): ChangeOutcome {
    return this.#transaction(() => this.#changes.restore(id, change));
  }

  /** How many events an index has still to follow. */
  lag(index: FollowingIndex): number {
    return Math.max(0, this.#events.lastId - this.#indexes[index].progress.upto);
  }

  /** Brings an index nearer to the events, by at most `maxEvents` of them. */
  follow(index: FollowingIndex, maxEvents: number): void {
    if (this.lag(index) === 0) return;
    this.#transaction(() => {
      const { upto } = this.#indexes[index].progress;
      this.#indexes[index].followTo(Math.min(this.#events.lastId, upto + maxEvents));
    });
  }

  /** Throws a `StoreError` where another server has opened the file, or it is gone. */
  verify(): void {
    if (this.#guard?.isUnclaimed === false) this.#guard.checkMark();
    this.#guard?.checkFiles();
  }

  /** Closes the connection. */
  close(): void {
    this.#db.close();
  }

  /** Commits what `work` changes, synced, or throws and leaves nothing of it. For the file's other tables. */
  transact<T>(work: () => T): T {
    return this.#transaction(work);
  }

  #transaction<T>(work: () => T): T {
    this.#recover();
    try {
      this.#begin.run();
      const isFirst = this.#guard?.isUnclaimed ?? false;
      if (isFirst) this.#claim();
      else this.#guard?.checkMark();
      const result = work();
      this.#commit.run();
      if (isFirst) this.#guard?.confirmClaim();
      this.#guard?.checkFiles();
      return result;
    } catch (error) {
      this.#isStale = true;
      try {
        this.#recover();
      } catch {} // the next transaction begins with it
      throw error;
    }
  }

  // What was known of the file was read before it was ours.
  #claim(): void {
    this.#guard?.claim();
    this.#readState();
  }

  #readState(): void {
    const { series, search } = this.#indexes;
    for (const part of [this.#events, this.#ledger, series.progress, search.progress]) part.readState();
  }

  // After a failure: SQLite rolls back by itself on some errors (a full disk) and not on others, and what was known of
  // the file may be wrong.
  #recover(): void {
    if (!this.#isStale) return;
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    this.#readState();
    this.#isStale = false;
  }
}
