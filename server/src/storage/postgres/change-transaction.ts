// One transaction that changes events: it excludes all other writers, and keeps the history, words, marks and counts as the events
// are at its end.

import type { Identity } from '../change-rules';
import type { Change } from '../event-change';
import { CountChanges } from '../hour-counts';
import { exclusion, requireState } from './append';
import { byteaArray, int4Array, int8Array } from './arrays';
import type { Connection, Statement } from './connection';
import { dayOf, eventDigest } from './digest';
import { MarkChanges } from './marks';
import { lockSql } from './schema';
import type { SeriesTable } from './series-table';
import { begin, commit, flyAndCommit } from './sessions';
import { toVector, wordsOfSeries } from './word-vector';

/** An event as its row contains it. */
export interface EventRow extends Identity {
  readonly seriesId: number;
}

/** A change that the history contains. */
export interface Recorded {
  readonly id: number;
  readonly event: number;
  readonly at: number;
}

export class ChangeTransaction {
  readonly connection: Connection;
  readonly schema: string;
  readonly #series: SeriesTable;
  readonly #marks: MarkChanges;
  readonly #hours = new CountChanges();
  readonly #counts = new Map<number, number>();
  #countedUpto = 0;
  #recorded: Recorded | null = null;
  #lastChange = 0;

  private constructor(connection: Connection, schema: string, series: SeriesTable) {
    this.connection = connection;
    this.schema = schema;
    this.#series = series;
    this.#marks = new MarkChanges(schema, series);
  }

  /** Begins a transaction, and waits for the other writers. */
  static async begin(
    connection: Connection,
    schema: string,
    series: SeriesTable,
  ): Promise<ChangeTransaction> {
    const version = await series.version(connection);
    const transaction = new ChangeTransaction(connection, schema, series);
    const answers = await connection.flight([
      begin,
      ...exclusion(schema),
      { text: lockSql(schema, 'counts', 'exclusive') },
      requireState(schema, version),
      { text: `SELECT value FROM ${schema}.meta WHERE key = 'counts_upto'` },
    ]);
    transaction.#countedUpto = (answers.at(-1)?.rows[0]?.[0] as number | undefined) ?? 0;
    return transaction;
  }

  /** The first change that the history contains now, which proves that the transaction was committed. */
  get recorded(): Recorded | null {
    return this.#recorded;
  }

  /** The last change that the history contains now; 0 without one. */
  get lastChange(): number {
    return this.#lastChange;
  }

  /** The event's row, or null. */
  async find(id: number): Promise<EventRow | null> {
    const [row] = await this.connection.query<[number, number, string, string]>(
      `SELECT time, series, text, description FROM ${this.schema}.events
       JOIN ${this.schema}.series ON series.id = events.series WHERE events.id = $1`,
      [id],
    );
    if (row === undefined) return null;
    const [time, seriesId, series, description] = row;
    return { time, seriesId, series, description };
  }

  /** The id of the identical event, or null. */
  async findSame({ time, series, description }: Identity): Promise<number | null> {
    const [row] = await this.connection.query<[number]>(
      `SELECT id FROM ${this.schema}.events WHERE time = $1 AND digest = $2`,
      [time, eventDigest(series, description)],
    );
    return row?.[0] ?? null;
  }

  /** The last fields of a deleted event, or null. */
  async lastDeleted(id: number): Promise<Identity | null> {
    const [row] = await this.connection.query<[number, string, string]>(
      `SELECT time, text, description FROM ${this.schema}.history
       JOIN ${this.schema}.series ON series.id = history.series
       WHERE event = $1 AND is_deletion = 1 ORDER BY history.id DESC LIMIT 1`,
      [id],
    );
    if (row === undefined) return null;
    const [time, series, description] = row;
    return { time, series, description };
  }

  /** Records that events are about to be changed or deleted, with their current fields. */
  async record(ids: readonly number[], { at, who }: Change, isDeletion: boolean): Promise<void> {
    this.#remember(
      at,
      await this.connection.query<[number, number]>(
        `INSERT INTO ${this.schema}.history (event, at, who, time, series, digest, description, is_deletion)
         SELECT id, $2::bigint, $3::text, time, series, digest, description, $4::smallint
         FROM ${this.schema}.events WHERE id = ANY($1::bigint[]) ORDER BY id RETURNING id, event`,
        [int8Array(ids), at, who, isDeletion ? 1 : 0],
      ),
    );
  }

  /** Records a change without former fields: that an event was restored, or purged. */
  async recordBare(id: number, { at, who }: Change, isDeletion: boolean): Promise<void> {
    this.#remember(
      at,
      await this.connection.query<[number, number]>(
        `INSERT INTO ${this.schema}.history (event, at, who, is_deletion)
         VALUES ($1, $2, $3, $4) RETURNING id, event`,
        [id, at, who, isDeletion ? 1 : 0],
      ),
    );
  }

  /** Removes events; returns the ids, times and series of those that existed. */
  async takeAway(
    ids: readonly number[],
  ): Promise<readonly (readonly [id: number, time: number, series: number])[]> {
    const rows = await this.connection.query<[number, number, number]>(
      `WITH gone AS (
         DELETE FROM ${this.schema}.events WHERE id = ANY($1::bigint[]) RETURNING id, time, digest, series
       ), words AS (
         DELETE FROM ${this.schema}.words USING gone WHERE words.time = gone.time AND words.digest = gone.digest
       )
       SELECT id, time, series FROM gone`,
      [int8Array(ids)],
    );
    for (const [id, time, seriesId] of rows) this.#count(id, time, seriesId, -1);
    await this.#marks.remove(this.connection, ids);
    return rows;
  }

  /** Inserts an event with its id. No other event is the same. */
  async putBack(id: number, { time, series, description }: Identity): Promise<void> {
    const seriesId = await this.#series.idWithin(this.connection, series);
    const digest = eventDigest(series, description);
    const day = dayOf(time);
    await this.connection.flight([
      {
        text: `INSERT INTO ${this.schema}.events (id, time, digest, series, day, description)
               VALUES ($1, $2, $3, $4, $5, $6)`,
        values: [id, time, digest, seriesId, day, description],
      },
      {
        text: `INSERT INTO ${this.schema}.words (time, digest, day, words) VALUES ($1, $2, $3, $4::text::tsvector)
               ON CONFLICT DO NOTHING`,
        values: [time, digest, day, toVector(wordsOfSeries(series), description)],
      },
    ]);
    this.#count(id, time, seriesId, 1);
    this.#marks.add({ id, time, seriesId, series });
  }

  /** Commits. */
  async commit(last: readonly Statement[] = []): Promise<void> {
    const spans = await this.#marks.settle(this.connection);
    await flyAndCommit(this.connection, [...spans, ...(await this.#settleCounts()), ...last, commit]);
  }

  #remember(at: number, rows: readonly (readonly [number, number])[]): void {
    const [first] = rows;
    if (first !== undefined) this.#recorded ??= { id: first[0], event: first[1], at };
    this.#lastChange = rows.at(-1)?.[0] ?? this.#lastChange;
  }

  // Counts contain the events up to an id; a job adds the others.
  #count(id: number, time: number, seriesId: number, difference: number): void {
    if (id > this.#countedUpto) return;
    this.#hours.add(time, seriesId, difference);
    this.#counts.set(seriesId, (this.#counts.get(seriesId) ?? 0) + difference);
  }

  async #settleCounts(): Promise<readonly Statement[]> {
    return countStatements(this.connection, this.schema, this.#hours, this.#counts);
  }
}

/** The statements that change kept counts. The lock of counts is held. */
export async function countStatements(
  connection: Connection,
  schema: string,
  hours: CountChanges,
  counts: ReadonlyMap<number, number>,
): Promise<readonly Statement[]> {
  const { places } = hours;
  if (places.length === 0) return [];
  const rows = await connection.query<[number, Buffer]>(
    `SELECT place, counts FROM ${schema}.hour_count WHERE place = ANY($1::bigint[])`,
    [int8Array(places)],
  );
  const known = new Map(rows);
  const after = places.map((place) => ({ place, counts: hours.applyTo(place, known.get(place)) }));
  const kept = after.filter((one) => one.counts !== null);
  const gone = after.filter((one) => one.counts === null);
  const changed = [...counts].filter(([, difference]) => difference !== 0);
  return [
    {
      text: `INSERT INTO ${schema}.hour_count (place, counts) SELECT * FROM unnest($1::bigint[], $2::bytea[])
             ON CONFLICT (place) DO UPDATE SET counts = excluded.counts`,
      values: [int8Array(kept.map(({ place }) => place)), byteaArray(kept.map((one) => one.counts))],
    },
    {
      text: `DELETE FROM ${schema}.hour_count WHERE place = ANY($1::bigint[])`,
      values: [int8Array(gone.map(({ place }) => place))],
    },
    {
      text: `UPDATE ${schema}.series SET count = count + given.difference
             FROM unnest($1::int[], $2::bigint[]) AS given (id, difference) WHERE series.id = given.id`,
      values: [int4Array(changed.map(([id]) => id)), int8Array(changed.map(([, difference]) => difference))],
    },
  ];
}
