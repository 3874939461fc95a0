// The series of the database, and their ids in this program's memory.

import { WeightedCache } from '../../weighted-cache';
import { tagRowsOf } from '../series-tags';
import { int2Array, textArray, uuidArray } from './arrays';
import type { Connection } from './connection';
import { seriesDigest } from './digest';
import { begin, commit, flyAndCommit } from './sessions';

const maxCachedBytes = 50_331_648;

export class SeriesTable {
  readonly #schema: string;
  readonly #ids = new WeightedCache<string, number>(maxCachedBytes);
  #version: number | null = null;

  constructor(schema: string) {
    this.#schema = schema;
  }

  /** Forgets all ids: names were removed from the database, or it may be another one. */
  forget(): void {
    this.#ids.clear();
    this.#version = null;
  }

  /** The version of names to which the ids in memory belong; a transaction that uses them requires it. */
  async version(connection: Connection): Promise<number> {
    if (this.#version === null) {
      const [row] = await connection.query<[number]>(
        `SELECT value FROM ${this.#schema}.meta WHERE key = 'names_version'`,
      );
      this.#version = row?.[0] ?? 0;
    }
    return this.#version;
  }

  /** The ids of series in the form of the line protocol, outside of transactions; missing ones are created. */
  async idsOf(connection: Connection, texts: Iterable<string>): Promise<ReadonlyMap<string, number>> {
    // Before any id.
    await this.version(connection);
    const { ids, unknown } = this.#known(texts);
    if (unknown.length === 0) return ids;
    const found = await this.#find(connection, unknown);
    const missing = unknown.filter((text) => !found.has(text));
    if (missing.length > 0) {
      await flyAndCommit(connection, [begin, ...this.#insert(missing), commit]);
      for (const [text, id] of await this.#find(connection, missing)) found.set(text, id);
    }
    for (const [text, id] of found) {
      // At most two bytes a character.
      this.#ids.set(text, id, 2 * text.length);
      ids.set(text, id);
    }
    return ids;
  }

  /** The id of one series within a transaction, which may fail: a created one is not remembered. */
  async idWithin(connection: Connection, text: string): Promise<number> {
    const { ids, unknown } = this.#known([text]);
    const known = ids.get(text) ?? (await this.#find(connection, unknown)).get(text);
    if (known !== undefined) return known;
    await connection.flight(this.#insert([text]));
    return (await this.#find(connection, [text])).get(text) as number;
  }

  /** The texts of series by their ids. */
  async textsOf(connection: Connection, ids: readonly number[]): Promise<Map<number, string>> {
    const rows = await connection.query<[number, string]>(
      `SELECT id, text FROM ${this.#schema}.series WHERE id = ANY($1::int[])`,
      [`{${ids.join()}}`],
    );
    return new Map(rows);
  }

  #known(texts: Iterable<string>): { ids: Map<string, number>; unknown: string[] } {
    const ids = new Map<string, number>();
    const unknown = new Set<string>();
    for (const text of texts) {
      if (ids.has(text)) continue;
      const id = this.#ids.get(text);
      if (id === undefined) unknown.add(text);
      else ids.set(text, id);
    }
    return { ids, unknown: [...unknown] };
  }

  async #find(connection: Connection, texts: readonly string[]): Promise<Map<string, number>> {
    const rows = await connection.query<[number, number]>(
      `SELECT given.place, series.id FROM unnest($1::uuid[]) WITH ORDINALITY AS given (digest, place)
       JOIN ${this.#schema}.series ON series.digest = given.digest`,
      [uuidArray(texts.map(seriesDigest))],
    );
    return new Map(rows.map(([place, id]) => [texts[place - 1] as string, id]));
  }

  // Sorted, so that servers that create the same series wait for each other, and never in a circle.
  #insert(texts: readonly string[]) {
    const series = texts
      .map((text) => ({ text, digest: seriesDigest(text), named: tagRowsOf(text) }))
      .sort((one, other) => one.digest.compare(other.digest));
    const tags = series.flatMap(({ digest, named }) => {
      if (named === null) throw new Error('a malformed series reached the store');
      return named.rows.map(([tag, kind]) => ({ digest, tag, kind }));
    });
    return [
      {
        text: `INSERT INTO ${this.#schema}.series (digest, type, text)
               SELECT digest, type, text FROM unnest($1::uuid[], $2::text[], $3::text[]) AS given (digest, type, text)
               ON CONFLICT (digest) DO NOTHING`,
        values: [
          uuidArray(series.map(({ digest }) => digest)),
          textArray(series.map(({ named }) => named?.type ?? '')),
          textArray(series.map(({ text }) => text)),
        ],
      },
      {
        text: `INSERT INTO ${this.#schema}.series_tag (tag, kind, series)
               SELECT given.tag, given.kind, series.id
               FROM unnest($1::uuid[], $2::text[], $3::smallint[]) AS given (digest, tag, kind)
               JOIN ${this.#schema}.series ON series.digest = given.digest
               ON CONFLICT DO NOTHING`,
        values: [
          uuidArray(tags.map(({ digest }) => digest)),
          textArray(tags.map(({ tag }) => tag)),
          int2Array(tags.map(({ kind }) => kind)),
        ],
      },
    ];
  }
}
