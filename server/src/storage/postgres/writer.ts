// Writes to the database, a transaction at a time: batches of events, changes, and what runs in the background.

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
import type { RetentionRun, RetentionState, RetentionStore } from '../retention';
import { Append, type RejectLimits } from './append';
import { ChangeTransaction, type Recorded } from './change-transaction';
import { edit, moveMark, remove, removeAll, restore } from './changes';
import { Connection } from './connection';
import { count } from './counts';
import {
  prune,
  pruneDeleted,
  purge,
  rememberAll,
  removeUnusedSeries,
  retentionState,
  runValues,
} from './purge';
import { migrate } from './schema';
import { SeriesTable } from './series-table';
import { begin, commit, flyAndCommit, type SessionOptions, Sessions } from './sessions';

const seriesAtOnce = 2_000;

export class Writer {
  readonly sessions: Sessions;
  readonly #options: Omit<SessionOptions, 'onRepeat'>;
  readonly #series: SeriesTable;
  readonly #append: Append;
  #lastChange = 0;

  constructor(options: Omit<SessionOptions, 'onRepeat'>, limits: RejectLimits) {
    const { schema } = options.address;
    this.#options = options;
    this.#series = new SeriesTable(schema);
    this.#append = new Append(schema, this.#series, limits);
    this.sessions = new Sessions({ ...options, onRepeat: () => this.#series.forget() });
  }

  /** Creates or migrates the schema. Throws a `StoreError` when the database cannot be used. */
  async open(): Promise<void> {
    const { address, shown } = this.#options;
    await this.sessions.once(async () => {
      // A migration may take long.
      const connection = await Connection.open(address, { ...this.#options, answerMs: 0 });
      try {
        await migrate(connection, address.schema, shown);
      } finally {
        await connection.close();
      }
    });
  }

  /** The id of the last change that this program has committed; 0 without one. */
  get lastChange(): number {
    return this.#lastChange;
  }

  /** Commits a batch, synced, or throws and stores none of it. */
  append(batch: EventBatch): Promise<BatchReceipt> {
    return this.sessions.run((connection, isRepeat) => this.#append.run(connection, batch, isRepeat));
  }

  edit(id: number, patch: EventPatch, change: Change, wanted: WantedStates): Promise<ChangeOutcome> {
    return this.#change((transaction) => edit(transaction, id, patch, change, wanted));
  }

  remove(id: number, change: Change, wanted: WantedStates): Promise<ChangeOutcome> {
    return this.#change((transaction) => remove(transaction, id, change, wanted));
  }

  removeAll(query: EventQuery, found: FoundEvents, expected: number, change: Change): Promise<BulkOutcome> {
    return this.#change((transaction) => removeAll(transaction, query, found, expected, change));
  }

  restore(id: number, change: Change): Promise<ChangeOutcome> {
    return this.#change((transaction) => restore(transaction, id, change));
  }

  moveMark(key: EventKey, time: number | null, at: number): Promise<MoveOutcome> {
    return this.#change((transaction) => moveMark(transaction, key, time, at));
  }

  /** Purges an event. PostgreSQL decides when it overwrites the bytes. */
  async purge(id: number, change: Change): Promise<PurgeOutcome> {
    const kind = await this.#change((transaction) => purge(transaction, id, change));
    return kind === 'missing' ? { kind } : { kind, isErased: false };
  }

  prune(query: EventQuery, ids: Float64Array): ReturnType<RetentionStore['prune']> {
    return this.#change((transaction) => prune(transaction, query, ids));
  }

  pruneDeleted(query: EventQuery, after: number): ReturnType<RetentionStore['pruneDeleted']> {
    return this.#change((transaction) => pruneDeleted(transaction, query, after));
  }

  retention(systemMs: number): Promise<RetentionState> {
    const { schema } = this.sessions;
    return this.sessions.run((connection) => retentionState(connection, schema, systemMs));
  }

  setRetentionClock(clockMs: number): Promise<void> {
    return this.#remember({ retention_clock: clockMs });
  }

  /** Records a run of retention, and removes unused names. */
  async finishRetention(run: RetentionRun): Promise<void> {
    await this.#remember(runValues(run));
    for (let after: number | null = 0; after !== null; ) after = await this.#sweep(after);
  }

  /** Deletes a rejected line; false when it does not exist. */
  forget(id: number): Promise<boolean> {
    const { schema } = this.sessions;
    return this.sessions.run(async (connection) => {
      const answers = await flyAndCommit(connection, [
        begin,
        {
          text: `WITH gone AS (DELETE FROM ${schema}.rejects WHERE id = $1 RETURNING octet_length(line) AS bytes)
                 UPDATE ${schema}.meta SET value = value - CASE key WHEN 'rejects' THEN 1 ELSE gone.bytes END
                 FROM gone WHERE key IN ('rejects', 'reject_bytes')`,
          values: [id],
        },
        commit,
      ]);
      return (answers[1]?.count ?? 0) > 0;
    });
  }

  /** Commits a change without content, or throws. */
  tryCommit(): Promise<void> {
    const { schema } = this.sessions;
    const touch = { text: `UPDATE ${schema}.meta SET value = value WHERE key = 'schema'` };
    return this.sessions.run(
      async (connection) => void (await flyAndCommit(connection, [begin, touch, commit])),
    );
  }

  /** Adds some events to the kept counts; whether there may be more. */
  count(): Promise<boolean> {
    return this.sessions.run((connection) => count(connection, this.sessions.schema));
  }

  close(): Promise<void> {
    return this.sessions.close();
  }

  async #change<T>(work: (transaction: ChangeTransaction) => Promise<T>): Promise<T> {
    let earlier: { readonly result: T; readonly recorded: Recorded } | null = null;
    return this.sessions.run(async (connection, isRepeat) => {
      if (isRepeat && earlier !== null && (await this.#isRecorded(connection, earlier.recorded)))
        return earlier.result;
      const transaction = await ChangeTransaction.begin(connection, this.sessions.schema, this.#series);
      const result = await work(transaction);
      const { recorded } = transaction;
      earlier = recorded && { result, recorded };
      await transaction.commit();
      this.#lastChange = Math.max(this.#lastChange, transaction.lastChange);
      return result;
    });
  }

  // Whether an attempt whose answer was lost has been committed.
  async #isRecorded(connection: Connection, { id, event, at }: Recorded): Promise<boolean> {
    const [row] = await connection.query<[boolean]>(
      `SELECT EXISTS (SELECT FROM ${this.sessions.schema}.history WHERE id = $1 AND event = $2 AND at = $3)`,
      [id, event, at],
    );
    return row?.[0] === true;
  }

  #remember(values: Readonly<Record<string, number>>): Promise<void> {
    const statement = rememberAll(this.sessions.schema, values);
    return this.sessions.run(
      async (connection) => void (await flyAndCommit(connection, [begin, statement, commit])),
    );
  }

  // Removes unused names of some series; the number after which it continues, or null.
  #sweep(after: number): Promise<number | null> {
    return this.#change(async ({ connection, schema }) => {
      const rows = await connection.query<[number]>(
        `SELECT id FROM ${schema}.series WHERE id > $1 AND count = 0 ORDER BY id LIMIT ${seriesAtOnce}`,
        [after],
      );
      await removeUnusedSeries(
        connection,
        schema,
        rows.map(([id]) => id),
      );
      return rows.length < seriesAtOnce ? null : (rows.at(-1)?.[0] ?? null);
    });
  }
}
