// Runs SQL on a connection, and keeps what it has prepared.

import type { Database, Statement } from './database';
import type { Sql } from './sql';

const maxCached = 200;

export class Statements {
  readonly #db: Database;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #prepared = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN');
    this.#commit = db.prepare('COMMIT');
  }

  /** All rows, as arrays of columns. */
  all(sql: Sql): unknown[] {
    return this.#prepare(sql.text).all(sql.values);
  }

  /** The first column of the first row, a number. */
  number(sql: Sql): number {
    return (this.all(sql)[0] as [number])[0];
  }

  /** All rows, as `all` has them, whose columns must be whole numbers, text or null: of many, sooner than by `all`. */
  rows<Row extends readonly (number | string | null)[]>(
    names: { readonly [I in keyof Row]: string },
    sql: Sql,
  ): Row[] {
    const columns = this.#columns(names, sql);
    return (columns[0] ?? []).map((_first, place) =>
      columns.map((column) => column[place]),
    ) as unknown as Row[];
  }

  /** The columns of all rows, which must be whole numbers. */
  columns<const Names extends readonly string[]>(
    names: Names,
    sql: Sql,
  ): { readonly [N in Names[number]]: readonly number[] } {
    const columns = this.#columns(names, sql);
    return Object.fromEntries(names.map((name, i) => [name, columns[i]])) as {
      readonly [N in Names[number]]: readonly number[];
    };
  }

  /** Runs a function whose statements all see the database as it is at the first of them. */
  atOneMoment<T>(ask: () => T): T {
    this.#begin.run();
    try {
      return ask();
    } finally {
      this.#commit.run();
    }
  }

  /** One row at a time: a page of long events is not held in memory as a whole. */
  iterate(sql: Sql): Iterable<unknown> {
    return this.#prepare(sql.text).iterate(sql.values);
  }

  // A row costs more to hand over than to find: columns that SQLite writes as one text each come in half the time.
  #columns(names: readonly string[], { text, values }: Sql): (readonly unknown[])[] {
    const written = names.map((name) => `json_group_array(${name})`).join();
    const row = this.all({ text: `SELECT ${written} FROM (${text})`, values })[0] as string[];
    return row.map((column) => JSON.parse(column));
  }

  #prepare(text: string): Statement {
    let statement = this.#prepared.get(text);
    if (statement === undefined) {
      if (this.#prepared.size >= maxCached) this.#prepared.clear();
      statement = this.#db.prepare(text).raw();
      this.#prepared.set(text, statement);
    }
    return statement;
  }
}
