// The index by type and tags, which follows the events in sorted steps, because inserting immediately is slow.

import type { Database } from './connection';
import type { EventRow } from './event-table';
import { IndexProgress } from './index-progress';

export class SeriesIndex {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly progress: IndexProgress;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
    this.progress = new IndexProgress(db, 'series_time_upto');
  }

  /** Adds the events up to an id. */
  followTo(id: number): void {
    this.#statements.followTimes.run(this.progress.upto, id);
    this.#statements.followCounts.run(this.progress.upto, id);
    this.progress.moveTo(id);
  }

  /** Removes deleted events that the index contains. */
  remove(rows: Iterable<readonly [id: number, row: Pick<EventRow, 'time' | 'seriesId'>]>): void {
    const counts = new Map<number, number>();
    for (const [id, { time, seriesId }] of rows) {
      if (id > this.progress.upto) continue;
      this.#statements.removeTime.run(seriesId, time, id);
      counts.set(seriesId, (counts.get(seriesId) ?? 0) + 1);
    }
    for (const [seriesId, count] of counts) this.#statements.addCount.run(-count, seriesId);
  }

  /** Adds an event whose id the index has already passed. */
  add(id: number, { time, seriesId }: EventRow): void {
    if (id > this.progress.upto) return;
    this.#statements.addTime.run(seriesId, time, id);
    this.#statements.addCount.run(1, seriesId);
  }
}

function prepareStatements(db: Database) {
  return {
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
