// Defines how a query reads a database: rows, from one snapshot. Independent of the database.

import type { Dialect, WrittenForm } from './dialect';
import type { Sql } from './sql';

/**
 * Reads a database. All reads of one query see the events as they were at its start. A query reads blocks of rows,
 * never one row at a time: each read may be a network round trip.
 */
export interface Asker {
  /** The SQL of this database. */
  readonly sql: Dialect;
  /** All rows, as arrays of columns. */
  all<Row extends readonly unknown[]>(sql: Sql): Promise<readonly Row[]>;
  /** The first column of the first row, a number. */
  number(sql: Sql): Promise<number>;
  /** All rows, as with `all`, if their columns are whole numbers, text or null: faster than `all` for many rows. */
  rows<Row extends readonly (number | string | null)[]>(
    names: { readonly [I in keyof Row]: string },
    sql: Sql,
  ): Promise<Row[]>;
  /** The columns of all rows, which must be whole numbers. */
  columns<const Names extends readonly string[]>(
    names: Names,
    sql: Sql,
  ): Promise<{ readonly [N in Names[number]]: readonly number[] }>;
  /**
   * Passes on how type and tags of some series are written, for `EventSql.writtenByTime`. The database may forget earlier series,
   * and those with long texts at once.
   */
  knowSeries(shape: WrittenForm['shape'], texts: ReadonlyMap<number, string>): Promise<void>;
  /** All rows in blocks of this many, which limits memory. A caller that needs no more rows ends the loop. */
  blocks<Row extends readonly unknown[]>(sql: Sql, rowsAtOnce?: number): AsyncIterable<readonly Row[]>;
}
