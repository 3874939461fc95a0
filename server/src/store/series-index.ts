// The index by type and tags: follows the events, in sorted steps, because to insert into it at once is slow.

import type { Database } from './database';
import type { EventRow } from './event-table';

export class SeriesIndex {
  readonly #statements: ReturnType<typeof prepareStatements>;
  #upto = 0;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
    this.readState();
  }

  /** Reads anew how far it has come: after opening, and after a failure. */
  readState(): void {
    this.#upto = this.#statements.upto.get() as number;
  }

  /** The highest id up to which it holds all events. */
  get upto(): number {
    return this.#upto;
  }

  /** Takes in the events up to an id. */
  followTo(id: number): void {
    this.#statements.followTimes.run(this.#upto, id);
    this.#statements.followCounts.run(this.#upto, id);
    this.#statements.setUpto.run(id);
    this.#upto = id;
  }

  /** An event that it holds has gone. */
  remove(id: number, { time, seriesId }: EventRow): void {
    if (id > this.#upto) return;
    this.#statements.removeTime.run(seriesId, time, id);
    this.#statements.addCount.run(-1, seriesId);
  }

  /** An event has come whose id it has passed already. */
  add(id: number, { time, seriesId }: EventRow): void {
    if (id > this.#upto) return;
    this.#statements.addTime.run(seriesId, time, id);
    this.#statements.addCount.run(1, seriesId);
  }
}

function prepareStatements(db: Database) {
  return {
    upto: db.prepare("SELECT value FROM meta WHERE key = 'series_time_upto'").pluck(),
    setUpto: db.prepare("UPDATE meta SET value = ? WHERE key = 'series_time_upto'"),
    followTimes: db.prepare(
      `INSERT INTO series_time (series, time, id)
       SELECT series, time, id FROM events NOT INDEXED WHERE id > ? AND id <= ? ORDER BY series, time, id`,
    ),
    followCounts: db.prepare(
      `UPDATE series SET count = series.count + news.total
       FROM (SELECT series, count(*) AS total FROM events NOT INDEXED WHERE id > ? AND id <= ? GROUP BY series) AS news
       WHERE news.series = series.id`,
    ),
    addTime: db.prepare('INSERT INTO series_time (series, time, id) VALUES (?, ?, ?)'),
    removeTime: db.prepare('DELETE FROM series_time WHERE series = ? AND time = ? AND id = ?'),
    addCount: db.prepare('UPDATE series SET count = count + ? WHERE id = ?'),
  };
}
