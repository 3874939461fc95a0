// The index by type and tags, which follows the events in sorted blocks, because inserting immediately is slow.
//
// Every combination of type and tags has its own place in the index, so a block touches as many pages as it has
// combinations, however few its events are. A block is therefore large, and is added in small portions: first its events
// are collected in a table in memory, then they are inserted in order. Until the last portion, the index contains some
// events with an id above its progress; queries ignore them.

import type { Database } from './connection';
import type { EventRow } from './event-table';
import { IndexProgress } from './index-progress';

type Place = readonly [series: number, time: number, id: number];

/** The block in progress: the events after the index's progress, up to `target`. */
interface Block {
  readonly target: number;
  /** The id up to which its events are collected. */
  collected: number;
  /** The last place that was inserted; null before the first. */
  place: Place | null;
}

export class SeriesIndex {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly progress: IndexProgress;
  #block: Block | null = null;

  constructor(db: Database) {
    // Only for the block: earlier steps, such as migrations, sort more than memory should hold.
    db.pragma('temp_store = MEMORY');
    db.exec(`CREATE TEMP TABLE IF NOT EXISTS series_news (
      series INTEGER NOT NULL, time INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (series, time, id)
    ) WITHOUT ROWID`);
    this.#statements = prepareStatements(db);
    this.progress = new IndexProgress(db, 'series_time_upto');
  }

  /** Reloads the state that is cached from the file: after opening, and after a failure. */
  readState(): void {
    this.progress.readState();
    this.#block = null;
  }

  /** Adds a portion of the block in progress. Without one, starts a block of the events up to an id. */
  addPortion(upto: number, portion: number): void {
    const block = this.#block ?? this.#start(upto);
    if (block.collected < block.target) {
      const next = Math.min(block.target, block.collected + portion);
      this.#statements.collect.run(block.collected, next);
      block.collected = next;
      // A small block needs no second step.
      if (next < block.target || block.target - this.progress.upto > portion) return;
    }
    const after = block.place ?? beforeAll;
    const last = this.#statements.placeAfter.get(...after, portion - 1) as Place | undefined;
    this.#statements.insertNews.run(...after, ...(last ?? behindAll));
    if (last === undefined) this.#finish(block);
    else block.place = last;
  }

  /** Removes deleted events. */
  remove(rows: Iterable<readonly [id: number, row: Pick<EventRow, 'time' | 'seriesId'>]>): void {
    const counts = new Map<number, number>();
    for (const [id, { time, seriesId }] of rows) {
      this.#statements.removeTime.run(seriesId, time, id);
      if (this.#block !== null) this.#statements.removeNews.run(seriesId, time, id);
      if (id <= this.progress.upto) counts.set(seriesId, (counts.get(seriesId) ?? 0) + 1);
    }
    for (const [seriesId, count] of counts) this.#statements.addCount.run(-count, seriesId);
  }

  /** Adds an event whose id the index has already passed, or has in its block. */
  add(id: number, { time, seriesId }: EventRow): void {
    const isInBlock = this.#block !== null && id > this.progress.upto && id <= this.#block.target;
    if (id > this.progress.upto && !isInBlock) return;
    this.#statements.addTime.run(seriesId, time, id);
    if (isInBlock) this.#statements.addNews.run(seriesId, time, id);
    else this.#statements.addCount.run(1, seriesId);
  }

  #start(target: number): Block {
    this.#statements.clearNews.run();
    this.#block = { target, collected: this.progress.upto, place: null };
    return this.#block;
  }

  #finish({ target }: Block): void {
    this.#statements.followCounts.run();
    this.progress.moveTo(target);
    this.#statements.clearNews.run();
    this.#block = null;
  }
}

const beforeAll: Place = [-1, 0, 0];
const behindAll: Place = [Number.MAX_SAFE_INTEGER, 0, 0];

function prepareStatements(db: Database) {
  const news = 'temp.series_news';
  return {
    collect: db.prepare(
      `INSERT OR IGNORE INTO ${news} SELECT series, time, id FROM events NOT INDEXED WHERE id > ? AND id <= ?`,
    ),
    placeAfter: db
      .prepare(
        `SELECT series, time, id FROM ${news} WHERE (series, time, id) > (?, ?, ?)
         ORDER BY series, time, id LIMIT 1 OFFSET ?`,
      )
      .raw(),
    // An interrupted block has left entries.
    insertNews: db.prepare(
      `INSERT OR IGNORE INTO series_time (series, time, id)
       SELECT series, time, id FROM ${news} WHERE (series, time, id) > (?, ?, ?) AND (series, time, id) <= (?, ?, ?)
       ORDER BY series, time, id`,
    ),
    followCounts: db.prepare(
      `UPDATE series SET count = series.count + news.total
       FROM (SELECT series, count(*) AS total FROM ${news} GROUP BY series) AS news WHERE news.series = series.id`,
    ),
    clearNews: db.prepare(`DELETE FROM ${news}`),
    addNews: db.prepare(`INSERT OR IGNORE INTO ${news} (series, time, id) VALUES (?, ?, ?)`),
    removeNews: db.prepare(`DELETE FROM ${news} WHERE series = ? AND time = ? AND id = ?`),
    addTime: db.prepare('INSERT OR IGNORE INTO series_time (series, time, id) VALUES (?, ?, ?)'),
    removeTime: db.prepare('DELETE FROM series_time WHERE series = ? AND time = ? AND id = ?'),
    addCount: db.prepare('UPDATE series SET count = count + ? WHERE id = ?'),
  };
}
