// Removes events without a trace: one that an administrator purges, or those that are too old. Runs within the writer's
// transactions.

import type { EventQuery } from '../../query/event-query';
import { createQueryTest } from '../../query/query-test';
import { toEvent } from '../change-rules';
import type { Change } from '../event-change';
import {
  addRemoved,
  nothingRemoved,
  type Removed,
  type RetentionRun,
  type RetentionState,
  type RetentionStore,
} from '../retention';
import type { Changes } from './changes';
import type { Database } from './connection';
import { remembered } from './dialect/remembered';
import type { Erasure } from './erasure';
import type { EventTable } from './event-table';
import type { MarkTable } from './marks/mark-table';
import type { UnusedSeries } from './unused-series';

export type Pruned = Awaited<ReturnType<RetentionStore['prune']>>;
export type PrunedDeleted = Awaited<ReturnType<RetentionStore['pruneDeleted']>>;
type DeletedRow = readonly [id: number, time: number, series: string];

// One commit of a run takes some milliseconds, unless other work waits.
const maxStepMs = 5;
const idsAtOnce = 20;
const changesAtOnce = 500;
const newestEvents = 101;
// The queries of retention do not look at descriptions.
const noText = '';

/** The tables that a purge affects. */
interface PurgedTables {
  readonly changes: Changes;
  readonly events: EventTable;
  readonly marks: MarkTable;
  readonly unusedSeries: UnusedSeries;
  readonly erasure: Erasure;
}

export class Purge {
  readonly #tables: PurgedTables;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database, tables: PurgedTables) {
    this.#tables = tables;
    this.#statements = prepareStatements(db);
  }

  /** Purges an event, present or deleted, with the names that only it had. */
  one(id: number, change: Change): 'missing' | 'done' | 'unchanged' {
    const { changes, events, marks, unusedSeries, erasure } = this.#tables;
    const versions = this.#statements.versions.all(id, id) as (number | null)[];
    const series = versions.filter((one) => one !== null);
    if (series.length === 0) return versions.length === 0 ? 'missing' : 'unchanged';
    changes.purge([id]);
    changes.recordPurge(id, change);
    for (const one of new Set(series)) marks.removeUnusedOf(events.textOf(one));
    events.removeSeries(unusedSeries.among(series));
    erasure.want('words');
    return 'done';
  }

  /** Removes the events with these ids that match a query, until that takes long or `isEnough` returns true. */
  prune(query: EventQuery, ids: Float64Array, isEnough: () => boolean): Pruned {
    const { changes, events } = this.#tables;
    const isMatch = createQueryTest(query);
    const endsAt = performance.now() + maxStepMs;
    let removed = nothingRemoved;
    let done = 0;
    do {
      const found: number[] = [];
      for (const id of ids.subarray(done, done + idsAtOnce)) {
        const row = events.find(id);
        if (row === null || !isMatch(toEvent(row))) continue;
        found.push(id);
        removed = addRemoved(removed, { count: 1, firstMs: row.time, lastMs: row.time });
      }
      if (found.length > 0) changes.purge(found);
      done = Math.min(ids.length, done + idsAtOnce);
    } while (done < ids.length && performance.now() < endsAt && !isEnough());
    return { done, removed };
  }

  /** Removes the history of deleted events that match a query: of some changes after an id. */
  pruneDeleted(query: EventQuery, after: number): PrunedDeleted {
    const isMatch = createQueryTest(query);
    const upto = after + changesAtOnce;
    const found: number[] = [];
    let removed: Removed = nothingRemoved;
    for (const row of this.#statements.deleted.all(after, upto) as DeletedRow[]) {
      const [id, time, series] = row;
      if (!isMatch(toEvent({ time, series, description: noText }))) continue;
      found.push(id);
      removed = addRemoved(removed, { count: 1, firstMs: time, lastMs: time });
    }
    if (found.length > 0) this.#tables.changes.purge(found);
    return { next: this.#statements.hasLater.get(upto) === 1 ? upto : null, removed };
  }

  /** Records a run. */
  finish({ at, count, firstMs, lastMs }: RetentionRun): void {
    const { remember } = this.#statements;
    remember.run('retention_at', at);
    remember.run('retention_count', count);
    remember.run('retention_first', firstMs);
    remember.run('retention_last', lastMs);
    this.#tables.erasure.want('names');
  }

  /** Remembers the clock of retention. */
  setClock(clockMs: number): void {
    this.#statements.remember.run('retention_clock', clockMs);
  }

  /** What is remembered. */
  state(systemMs: number): RetentionState {
    const [clockMs, at, count, firstMs, lastMs] = this.#statements.state.get() as [
      number | null,
      number,
      number,
      number,
      number,
    ];
    const times = this.#statements.newestTimes.all(systemMs, newestEvents) as number[];
    return {
      clockMs,
      lastRun: at === 0 ? null : { at, count, firstMs, lastMs },
      isErased: !this.#tables.erasure.isPending,
      newestMs: times[Math.floor(times.length / 2)] ?? null,
    };
  }
}

function prepareStatements(db: Database) {
  return {
    versions: db
      .prepare('SELECT series FROM events WHERE id = ? UNION ALL SELECT series FROM history WHERE event = ?')
      .pluck(),
    // Of events that are deleted: the last version.
    deleted: db
      .prepare(
        `SELECT history.event, time, text FROM history JOIN series ON series.id = history.series
         WHERE history.id > ? AND history.id <= ? AND is_deletion
         AND NOT EXISTS (SELECT 1 FROM events WHERE events.id = history.event)
         AND NOT EXISTS (SELECT 1 FROM history AS later WHERE later.event = history.event AND later.id > history.id)`,
      )
      .raw(),
    hasLater: db.prepare('SELECT EXISTS (SELECT 1 FROM history WHERE id > ?)').pluck(),
    remember: db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)'),
    state: db
      .prepare(
        `SELECT (SELECT value FROM meta WHERE key = 'retention_clock'), ${remembered('retention_at')},
           ${remembered('retention_count')}, ${remembered('retention_first')}, ${remembered('retention_last')}`,
      )
      .raw(),
    newestTimes: db.prepare('SELECT time FROM events WHERE time <= ? ORDER BY time DESC LIMIT ?').pluck(),
  };
}
