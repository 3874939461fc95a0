// Defines the part of an SQLite connection that the store uses. Opens none.

/** The part of a prepared statement that the store uses. */
export interface Statement {
  run(...values: unknown[]): { changes: number };
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
  iterate(...values: unknown[]): IterableIterator<unknown>;
  raw(): Statement;
  pluck(): Statement;
}

/** The part of better-sqlite3 that the store needs; tests wrap it with one that fails. */
export interface Database {
  readonly inTransaction: boolean;
  prepare(sql: string): Statement;
  /** Adds a function that SQL can call. */
  function(
    name: string,
    options: { deterministic: boolean },
    implementation: (...values: unknown[]) => unknown,
  ): unknown;
  exec(sql: string): unknown;
  pragma(sql: string, options?: { simple?: boolean }): unknown;
  close(): unknown;
}
