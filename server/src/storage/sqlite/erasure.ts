// Cleans up after a purge, in short steps: removes unused names, merges the words of purged events away, returns free pages
// to the file system, and empties the write-ahead log. The file remembers that it is not done.

import type { Database } from './connection';
import { remembered } from './dialect/remembered';
import type { EventTable } from './event-table';
import type { MarkTable } from './marks/mark-table';
import type { SearchIndex } from './search-index';
import type { UnusedSeries } from './unused-series';

/** What must not stay: names that nothing has any more, the words of single events, or only free pages and the log. */
export type Leftover = 'names' | 'words' | 'log';

/** A step of an erasure: within a transaction, or, as `log`, outside of one. */
type Phase = 'names' | 'words' | 'merges' | 'pages' | 'log';

const bits: Readonly<Record<Leftover, number>> = { names: 1, words: 2, log: 4 };
const seriesAtOnce = 2_000;
const pagesAtOnce = 64;

interface ErasedTables {
  readonly events: EventTable;
  readonly marks: MarkTable;
  readonly searchIndex: SearchIndex;
  readonly unusedSeries: UnusedSeries;
}

export class Erasure {
  readonly #db: Database;
  readonly #tables: ErasedTables;
  readonly #statements: ReturnType<typeof prepareStatements>;
  #wanted = 0;
  #phase: Phase = 'names';
  /** The numbers up to which names were looked at. */
  #series = 0;
  #group = 0;

  constructor(db: Database, tables: ErasedTables) {
    this.#db = db;
    this.#tables = tables;
    this.#statements = prepareStatements(db);
    this.readState();
  }

  /** Reloads the state that is cached from the file: after opening, and after a failure. */
  readState(): void {
    this.#wanted = this.#statements.wanted.get() as number;
    this.#begin();
  }

  /** Whether something is left to erase. */
  get isPending(): boolean {
    return this.#wanted > 0;
  }

  /** Whether only the write-ahead log is left, which must be emptied outside of a transaction. */
  get isAtLog(): boolean {
    return this.#phase === 'log';
  }

  /** Starts an erasure. One that has not ended starts again. */
  want(leftover: Leftover): void {
    this.#wanted |= bits[leftover];
    this.#statements.remember.run(this.#wanted);
    this.#begin();
  }

  /** Takes a step, some milliseconds long. */
  step(): void {
    const { searchIndex } = this.#tables;
    if (this.#phase === 'names') {
      if ((this.#wanted & bits.names) === 0 || this.#removeNames()) this.#phase = 'words';
    } else if (this.#phase === 'words') {
      if ((this.#wanted & bits.words) !== 0) searchIndex.mergeAll();
      this.#phase = 'merges';
    } else if (this.#phase === 'merges') {
      if (!searchIndex.merge()) this.#phase = 'pages';
    } else if (this.#phase === 'pages') {
      const before = this.#freePages;
      if (before > 0) this.#db.pragma(`incremental_vacuum(${pagesAtOnce})`);
      // A file from before pages were returned has no fewer than before.
      if (this.#freePages === 0 || this.#freePages === before) this.#phase = 'log';
    }
  }

  /** Empties the log; false while somebody reads an earlier state of the file. */
  emptyLog(): boolean {
    const timeout = this.#db.pragma('busy_timeout', { simple: true }) as number;
    this.#db.pragma('busy_timeout = 0');
    try {
      const [{ busy }] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }];
      return busy === 0;
    } finally {
      this.#db.pragma(`busy_timeout = ${timeout}`);
    }
  }

  /** Ends the erasure, after the log was emptied. */
  end(): void {
    this.#wanted = 0;
    this.#statements.remember.run(0);
    this.#begin();
  }

  #begin(): void {
    this.#phase = 'names';
    this.#series = this.#group = 0;
  }

  // True at the end.
  #removeNames(): boolean {
    const { events, marks, unusedSeries } = this.#tables;
    const [lastSeries, { lastGroup }] = [unusedSeries.last(), marks];
    if (this.#series < lastSeries) {
      const upto = this.#series + seriesAtOnce;
      events.removeSeries(unusedSeries.between(this.#series, upto));
      this.#series = upto;
    } else if (this.#group < lastGroup) {
      const upto = this.#group + seriesAtOnce;
      marks.removeUnused(this.#group, upto);
      this.#group = upto;
    }
    return this.#series >= lastSeries && this.#group >= lastGroup;
  }

  get #freePages(): number {
    return this.#db.pragma('freelist_count', { simple: true }) as number;
  }
}

function prepareStatements(db: Database) {
  return {
    wanted: db.prepare(`SELECT ${remembered('erasing')}`).pluck(),
    remember: db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('erasing', ?)"),
  };
}
