// Reads an SQLite file over one connection, and caches prepared statements. Answers synchronously: its promises are
// already resolved.

import type { Asker } from '../asker';
import type { WrittenForm } from '../dialect';
import type { Sql } from '../sql';
import type { Database, Statement } from './connection';
import { sqliteDialect } from './dialect/dialect';
import { writtenSeries } from './dialect/written-events';

const maxCached = 200;
const defaultRowsAtOnce = 1_000;
// Together at most some MB: the temporary tables stay in memory.
const maxKnownSeries = 4_000;
const maxKnownChars = 1_024;

export class SqliteAsker implements Asker {
  readonly #db: Database;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #prepared = new Map<string, Statement>();
  /** Number of series in the temporary tables. */
  readonly #known = { json: 0, graphite: 0 };
  readonly sql = sqliteDialect;

  constructor(db: Database) {
    this.#db = db;
    this.#begin = db.prepare('BEGIN');
    this.#commit = db.prepare('COMMIT');
  }

  async all<Row extends readonly unknown[]>({ text, values }: Sql): Promise<readonly Row[]> {
    return this.#prepare(text).all(values) as Row[];
  }

  async number({ text, values }: Sql): Promise<number> {
    return (this.#prepare(text).get(values) as [number])[0];
  }

  async rows<Row extends readonly (number | string | null)[]>(
    names: { readonly [I in keyof Row]: string },
    sql: Sql,
  ): Promise<Row[]> {
    const columns = this.#columns(names, sql);
    const count = columns[0]?.length ?? 0;
    const rows: unknown[][] = [];
    for (let place = 0; place < count; place++) {
      const row: unknown[] = [];
      for (const column of columns) row.push(column[place]);
      rows.push(row);
    }
    return rows as unknown as Row[];
  }

  async columns<const Names extends readonly string[]>(
    names: Names,
    sql: Sql,
  ): Promise<{ readonly [N in Names[number]]: readonly number[] }> {
    const columns = this.#columns(names, sql);
    return Object.fromEntries(names.map((name, i) => [name, columns[i]])) as {
      readonly [N in Names[number]]: readonly number[];
    };
  }

  async knowSeries(shape: WrittenForm['shape'], texts: ReadonlyMap<number, string>): Promise<void> {
    const table = writtenSeries(shape);
    this.#db.pragma('query_only = OFF');
    try {
      this.#known[shape] += texts.size;
      if (this.#known[shape] > maxKnownSeries) {
        this.#db.exec(`DELETE FROM temp.${table}`);
        this.#known[shape] = texts.size;
      }
      const insert = this.#db.prepare(`INSERT OR REPLACE INTO temp.${table} (id, text) VALUES (?, ?)`);
      for (const [id, text] of texts) if (text.length <= maxKnownChars) insert.run(id, text);
    } finally {
      this.#db.pragma('query_only = ON');
    }
  }

  async *blocks<Row extends readonly unknown[]>(
    { text, values }: Sql,
    rowsAtOnce = defaultRowsAtOnce,
  ): AsyncGenerator<readonly Row[]> {
    let block: Row[] = [];
    for (const row of this.#prepare(text).iterate(values) as Iterable<Row>) {
      if (block.push(row) < rowsAtOnce) continue;
      yield block;
      block = [];
    }
    if (block.length > 0) yield block;
  }

  /** Runs a query whose statements all see the database as it is at the first of them. One query at a time. */
  async atOneMoment<T>(ask: () => Promise<T>): Promise<T> {
    this.#begin.run();
    try {
      return await ask();
    } finally {
      this.#commit.run();
    }
  }

  // Passing a row to JavaScript costs more than finding it: columns that SQLite writes as one text each take half the
  // time.
  #columns(names: readonly string[], { text, values }: Sql): (readonly unknown[])[] {
    const written = names.map((name) => `json_group_array(${name})`).join();
    const row = this.#prepare(`SELECT ${written} FROM (${text})`).get(values) as string[];
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
