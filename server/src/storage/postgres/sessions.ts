// The connection of a writer: opened again when it breaks, and transactions that are repeated when their outcome is unknown.

import type { PostgresAddress } from '../../postgres-address';
import { StoreError } from '../store-error';
import {
  type Answer,
  Connection,
  type ConnectionOptions,
  Disconnected,
  NoPrimary,
  type Statement,
} from './connection';
import { removedNamesState, schemaVersion } from './migrations';
import { fromPostgres, stateOf } from './postgres-error';

/** What a writer connects to. */
export interface SessionOptions extends ConnectionOptions {
  readonly address: PostgresAddress;
  /** The address without its password, for errors. */
  readonly shown: string;
  /** For how long a transaction is repeated while the database cannot be reached, in milliseconds. */
  readonly patienceMs: number;
  /** Called before a transaction is repeated: what is remembered of the database may no longer be true. */
  readonly onRepeat: () => void;
}

/** The commit of a transaction was answered, but not as one that will survive. */
export class Unconfirmed extends Error {
  override readonly name = 'Unconfirmed';
}

const firstPauseMs = 20;
const maxPauseMs = 500;
// Deadlocks and changed names: without patience, because the server answers.
const maxConflicts = 20;

/** Starts a transaction that ends itself when this program does not continue it. */
export const begin: Statement = {
  text: `BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL lock_timeout = '10s'; SET LOCAL idle_in_transaction_session_timeout = '10s';
    SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') IN ('off', 'local')`,
};

export const commit: Statement = { text: 'COMMIT' };

export class Sessions {
  readonly #options: SessionOptions;
  #connection: Connection | null = null;
  /** Since when the database cannot be reached. */
  #awaySince: number | null = null;
  #isClosed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get schema(): string {
    return this.#options.address.schema;
  }

  get shown(): string {
    return this.#options.shown;
  }

  /**
   * Runs a transaction. It is repeated while the database cannot be reached, for as long as patience lasts, and when it conflicts
   * with others: `isRepeat` says that an earlier attempt may have been committed. Throws a `StoreError`.
   */
  async run<T>(work: (connection: Connection, isRepeat: boolean) => Promise<T>): Promise<T> {
    let isRepeat = false;
    let pauseMs = firstPauseMs;
    for (let conflicts = 0; ; ) {
      if (this.#isClosed) throw new StoreError('STORE_CLOSED', {});
      try {
        const connection = await this.#open();
        if (isRepeat) await this.#confirm(connection);
        const result = await work(connection, isRepeat);
        this.#awaySince = null;
        return result;
      } catch (error) {
        const kind = judge(error);
        if (kind !== 'conflict') this.#connection?.destroy();
        else await this.#rollBack();
        if (kind === 'fault') throw fromPostgres(error, this.#options.shown, schemaVersion);
        if (error instanceof Disconnected || error instanceof Unconfirmed) isRepeat = true;
        if (kind === 'conflict' && ++conflicts > maxConflicts) throw fromPostgres(error, this.#options.shown);
        if (kind === 'away') {
          this.#awaySince ??= performance.now();
          if (performance.now() - this.#awaySince > this.#options.patienceMs)
            throw this.#explain(error, isRepeat);
        }
        this.#options.onRepeat();
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        pauseMs = Math.min(2 * pauseMs, maxPauseMs);
      }
    }
  }

  /** Runs something once. Throws a `StoreError`. */
  async once<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fromPostgres(error, this.#options.shown);
    }
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connection?.close();
  }

  async #open(): Promise<Connection> {
    if (this.#connection?.isUsable !== true)
      this.#connection = await Connection.open(this.#options.address, this.#options);
    return this.#connection;
  }

  // A commit that is confirmed also confirms those before it.
  async #confirm(connection: Connection): Promise<void> {
    const touch = { text: `UPDATE ${this.schema}.meta SET value = value WHERE key = 'schema'` };
    await flyAndCommit(connection, [begin, touch, commit]);
  }

  async #rollBack(): Promise<void> {
    const connection = this.#connection;
    if (connection?.isUsable !== true) return;
    await connection.run('ROLLBACK').catch(() => connection.destroy());
    connection.takeWarnings();
  }

  #explain(error: unknown, isRepeat: boolean): StoreError {
    const told = fromPostgres(error, this.#options.shown);
    return isRepeat ? new StoreError('COMMIT_UNKNOWN', told.facts) : told;
  }
}

/** Sends statements that end with `COMMIT`. Throws `Unconfirmed` when its answer is not that of a commit that survives. */
export async function flyAndCommit(
  connection: Connection,
  statements: readonly Statement[],
): Promise<readonly Answer[]> {
  connection.takeWarnings();
  const answers = await connection.flight(statements);
  const [warning] = connection.takeWarnings();
  // Of a failed transaction it answers `ROLLBACK`, without an error.
  const { command } = answers.at(-1) as Answer;
  if (command !== 'COMMIT') throw new Unconfirmed(`COMMIT was answered by ${command}`);
  if (warning !== undefined) throw new Unconfirmed(warning);
  return answers;
}

// `away`: the database may be reached again. `conflict`: the transaction can be repeated at once.
function judge(error: unknown): 'away' | 'conflict' | 'fault' {
  if (error instanceof StoreError) return 'fault';
  if (error instanceof Disconnected || error instanceof NoPrimary || error instanceof Unconfirmed)
    return 'away';
  const state = stateOf(error);
  if (state === removedNamesState || state.startsWith('40')) return 'conflict';
  // A primary that became a standby, one that starts or stops, and connections that cannot be made.
  if (state === '25006' || state === '53300' || fromPostgres(error, '').code === 'DATABASE_UNREACHABLE')
    return 'away';
  return 'fault';
}
