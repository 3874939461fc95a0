// Runs SQL on a connection, and keeps what it has prepared.

import type { Database, Statement } from './database';
import type { Sql } from './sql';

const maxCached = 200;

export class Statements {
  readonly #db: Database;
  readonly #prepared = new Map<string, Statement>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** All rows, as arrays of columns. */
  all(sql: Sql): unknown[] {
    return this.#prepare(sql.text).all(sql.values);
  }

  /** The first column of the first row, a number. */
  number(sql: Sql): number {
    return (this.all(sql)[0] as [number])[0];
  }

  /**
   * The columns of all rows, which must be whole numbers. A row costs more to hand over than to find: of many rows, columns
   * that SQLite writes as one text each come in half the time.
   */
  columns<const Names extends readonly string[]>(
    names: Names,
    { text, values }: Sql,
  ): { readonly [N in Names[number]]: readonly number[] } {
    const written = names.map((name) => `json_group_array(${name})`).join();
    const row = this.all({ text: `SELECT ${written} FROM (${text})`, values })[0] as string[];
    return Object.fromEntries(names.map((name, i) => [name, JSON.parse(row[i] ?? '[]')])) as {
      readonly [N in Names[number]]: readonly number[];
    };
  }

  /** One row at a time: a page of long events is not held in memory as a whole. */
  iterate(sql: Sql): Iterable<unknown> {
    return this.#prepare(sql.text).iterate(sql.values);
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
