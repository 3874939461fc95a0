// The kept counts of each hour and series, which follow the events in the background. Runs within the writer's
// transactions: `settle` before each commit writes what changed.

import { CountChanges } from '../hour-counts';
import type { Database } from './connection';
import type { EventRow } from './event-table';
import { IndexProgress } from './index-progress';

type Counted = Pick<EventRow, 'time' | 'seriesId'>;

export class HourCountTable {
  readonly #statements: ReturnType<typeof prepareStatements>;
  /** Changes since the last `settle`. */
  readonly #changes = new CountChanges();
  readonly progress: IndexProgress;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
    this.progress = new IndexProgress(db, 'counts_upto');
  }

  /** Reloads the state that is cached from the file: after opening, and after a failure. */
  readState(): void {
    this.#changes.clear();
    this.progress.readState();
  }

  /** Adds the events up to an id. */
  followTo(id: number): void {
    const [times, series] = this.#statements.events.get(this.progress.upto, id) as [string, string];
    const seriesOf = JSON.parse(series) as number[];
    for (const [i, time] of (JSON.parse(times) as number[]).entries())
      this.#changes.add(time, seriesOf[i] as number, 1);
    this.progress.moveTo(id);
  }

  /** Removes a deleted event that the counts contain. */
  remove(id: number, { time, seriesId }: Counted): void {
    if (id <= this.progress.upto) this.#changes.add(time, seriesId, -1);
  }

  /** Adds an event whose id the counts have already passed. */
  add(id: number, { time, seriesId }: Counted): void {
    if (id <= this.progress.upto) this.#changes.add(time, seriesId, 1);
  }

  /** Writes the changes. */
  settle(): void {
    const { places } = this.#changes;
    if (places.length === 0) return;
    for (const place of places) {
      const counts = this.#changes.applyTo(place, this.#statements.find.get(place) as Uint8Array | undefined);
      if (counts === null) this.#statements.remove.run(place);
      else this.#statements.put.run(place, counts);
    }
    this.#changes.clear();
  }
}

function prepareStatements(db: Database) {
  return {
    // Two texts are read faster than thousands of rows.
    events: db
      .prepare(
        'SELECT json_group_array(time), json_group_array(series) FROM events NOT INDEXED WHERE id > ? AND id <= ?',
      )
      .raw(),
    find: db.prepare('SELECT counts FROM hour_count WHERE place = ?').pluck(),
    put: db.prepare('INSERT OR REPLACE INTO hour_count (place, counts) VALUES (?, ?)'),
    remove: db.prepare('DELETE FROM hour_count WHERE place = ?'),
  };
}
