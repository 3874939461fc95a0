// Reads PostgreSQL over one connection: each question in a transaction that sees the database at one moment.

import type { Asker } from '../asker';
import type { Dialect } from '../dialect';
import type { Sql } from '../sql';
import { int4Array, int8Array, textArray } from './arrays';
import { type Connection, Disconnected, type Value } from './connection';
import { createPostgresDialect } from './dialect/dialect';

/** The options of an asker. */
export interface PostgresAskerOptions {
  /** The schema of the tables, quoted if necessary. */
  readonly schema: string;
  /** Opens a connection; called again when it has ended. */
  readonly open: () => Promise<Connection>;
  /** A statement that takes longer fails; 0 for no limit. */
  readonly statementMs: number;
}

/** A text with `$n` placeholders, and how its lists are encoded, by the place of their value. */
interface Translated {
  readonly text: string;
  readonly lists: ReadonlyMap<number, keyof typeof listTypes>;
}

const listTypes = {
  int: (list: readonly (string | number)[]) => int4Array(list as readonly number[]),
  bigint: (list: readonly (string | number)[]) => int8Array(list as readonly number[]),
  text: (list: readonly (string | number)[]) => textArray(list as readonly string[]),
} as const;
const placeholder = /\?(?:::(int|bigint|text)\[\])?/g;
const maxTranslated = 500;
const defaultRowsAtOnce = 1_000;
// Otherwise the planner may read and sort a whole range when only its first rows are wanted.
const walking = 'SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off';
const notWalking = 'SET LOCAL enable_sort = on; SET LOCAL enable_bitmapscan = on';
// While rows are short, more and more are read at once, up to so many times as many: each read is a round trip.
const maxGrowth = 16;
const shortBlockChars = 262_144;

export class PostgresAsker implements Asker {
  readonly sql: Dialect;
  readonly #options: PostgresAskerOptions;
  readonly #begin: string;
  readonly #translated = new Map<string, Translated>();
  #connection: Connection | null = null;
  #cursors = 0;
  #isWalking = false;

  constructor(options: PostgresAskerOptions) {
    this.#options = options;
    this.sql = createPostgresDialect(options.schema);
    // Each statement has an index that it is written for. The planner, which cannot know how much of a range is read, would
    // sometimes read a whole table.
    this.#begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = ${options.statementMs};
      SET LOCAL enable_seqscan = off; SET LOCAL jit = off`;
  }

  all<Row extends readonly unknown[]>(sql: Sql): Promise<readonly Row[]> {
    const { text, values } = this.#translate(sql);
    return this.#openFor(sql).query<Row>(text, values);
  }

  async number(sql: Sql): Promise<number> {
    return ((await this.all<[number]>(sql))[0] as [number])[0];
  }

  async rows<Row extends readonly (number | string | null)[]>(
    _names: { readonly [I in keyof Row]: string },
    sql: Sql,
  ): Promise<Row[]> {
    return (await this.all<Row>(sql)) as Row[];
  }

  // One text each is read faster than thousands of rows.
  async columns<const Names extends readonly string[]>(
    names: Names,
    { text, ...rest }: Sql,
  ): Promise<{ readonly [N in Names[number]]: readonly number[] }> {
    const written = names.map((name) => `array_agg(${name})::text`).join();
    const [row = []] = await this.all<(string | null)[]>({
      text: `SELECT ${written} FROM (${text}) AS read`,
      ...rest,
    });
    return Object.fromEntries(names.map((name, i) => [name, numbersOf(row[i] ?? null)])) as {
      readonly [N in Names[number]]: readonly number[];
    };
  }

  // The database writes no text: see `EventSql.writtenByTime`.
  async knowSeries(): Promise<void> {}

  async *blocks<Row extends readonly unknown[]>(
    sql: Sql,
    rowsAtOnce = defaultRowsAtOnce,
  ): AsyncGenerator<readonly Row[]> {
    const connection = this.#openFor(sql);
    const { text, values } = this.#translate(sql);
    const cursor = `rows_${++this.#cursors}`;
    const fetch = (count: number): Promise<readonly Row[]> =>
      connection.query<Row>(`FETCH ${count} FROM ${cursor}`);
    let count = rowsAtOnce;
    const [, first] = await Promise.all([
      connection.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${text}`, values),
      fetch(count),
    ]);
    try {
      for (let block = first; block.length > 0; block = await fetch(count)) {
        yield block;
        if (block.length < count) return;
        count = nextCount(block, count, rowsAtOnce);
      }
    } finally {
      // Its rows are kept until it is closed.
      void connection.query(`CLOSE ${cursor}`).catch(() => {});
    }
  }

  /**
   * Runs a query whose statements all see the database as it is at the first of them. One query at a time. A query whose
   * connection breaks is asked once more.
   */
  async atOneMoment<T>(ask: () => Promise<T>): Promise<T> {
    const known = this.#connection?.isUsable === true;
    try {
      return await this.#ask(ask);
    } catch (error) {
      if (!known || !(error instanceof Disconnected)) throw error;
      return this.#ask(ask);
    }
  }

  /** Ends the connection. */
  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #ask<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#connection?.isUsable !== true) this.#connection = await this.#options.open();
    const connection = this.#connection;
    // The first statement is sent with it.
    const begun = connection.query(this.#begin);
    begun.catch(() => {});
    this.#isWalking = false;
    try {
      const answer = await ask();
      await begun;
      return answer;
    } finally {
      // The answer does not wait for the end.
      if (connection.isUsable) void connection.query('COMMIT').catch(() => {});
    }
  }

  #openFor({ isWalk = false }: Sql): Connection {
    const connection = this.#connection;
    if (connection === null) throw new Error('a statement belongs to a query');
    if (isWalk !== this.#isWalking) {
      this.#isWalking = isWalk;
      // Sent together with the statement, which fails if this does.
      void connection.query(isWalk ? walking : notWalking).catch(() => {});
    }
    return connection;
  }

  #translate({ text, values }: Sql): { text: string; values: readonly Value[] } {
    let translated = this.#translated.get(text);
    if (translated === undefined) {
      if (this.#translated.size >= maxTranslated) this.#translated.clear();
      translated = translate(text);
      this.#translated.set(text, translated);
    }
    const { lists } = translated;
    return {
      text: translated.text,
      values: values.map((value, place) =>
        typeof value === 'object' ? listTypes[lists.get(place) ?? 'text'](value) : value,
      ),
    };
  }
}

function translate(text: string): Translated {
  const lists = new Map<number, keyof typeof listTypes>();
  let place = 0;
  const numbered = text.replace(placeholder, (_, type?: keyof typeof listTypes) => {
    if (type !== undefined) lists.set(place, type);
    place++;
    return type === undefined ? `$${place}` : `$${place}::${type}[]`;
  });
  return { text: numbered, lists };
}

function numbersOf(text: string | null): readonly number[] {
  if (text === null) return [];
  const list = `[${text.slice(1, -1)}]`;
  return JSON.parse(list.includes('N') ? list.replaceAll('NULL', 'null') : list);
}

function nextCount(block: readonly (readonly unknown[])[], count: number, rowsAtOnce: number): number {
  let chars = 0;
  for (const row of block)
    for (const value of row)
      if (typeof value === 'string' || value instanceof Uint8Array) chars += value.length;
  return chars > shortBlockChars ? rowsAtOnce : Math.min(maxGrowth * rowsAtOnce, 2 * count);
}
