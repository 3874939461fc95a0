// Finds series that no event, and no change of an event, has any more. Runs within the writer's transactions.

import type { Database } from './connection';

export class UnusedSeries {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
  }

  /** Those of some series. */
  among(ids: readonly number[]): number[] {
    const list = JSON.stringify([...new Set(ids)]);
    const candidates = this.#statements.candidates.all(list) as number[];
    if (candidates.length === 0) return [];
    const rest = JSON.stringify(candidates);
    const used = new Set(this.#statements.used.all(rest, rest) as number[]);
    return candidates.filter((id) => !used.has(id));
  }

  /** Those with an id after one, up to another. */
  between(after: number, upto: number): number[] {
    return this.among(this.#statements.uncounted.all(after, upto) as number[]);
  }

  /** The highest id. */
  last(): number {
    return this.#statements.last.get() as number;
  }
}

function prepareStatements(db: Database) {
  const given = 'SELECT value FROM json_each(?)';
  return {
    candidates: db
      .prepare(
        `SELECT id FROM series WHERE id IN (${given}) AND count = 0
         AND NOT EXISTS (SELECT 1 FROM series_time WHERE series_time.series = series.id)`,
      )
      .pluck(),
    // By changes, and by events that the index by series does not contain yet.
    used: db
      .prepare(
        `SELECT series FROM history INDEXED BY history_by_former WHERE time IS NOT NULL AND series IN (${given})
         UNION SELECT series FROM events NOT INDEXED
         WHERE id > (SELECT value FROM meta WHERE key = 'series_time_upto') AND series IN (${given})`,
      )
      .pluck(),
    uncounted: db.prepare('SELECT id FROM series WHERE id > ? AND id <= ? AND count = 0').pluck(),
    last: db.prepare('SELECT coalesce(max(id), 0) FROM series').pluck(),
  };
}
