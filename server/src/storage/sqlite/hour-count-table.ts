// The kept counts of each hour and series, which follow the events in the background. Runs within the writer's
// transactions: `settle` before each commit writes what changed.

import {
  blocksPerHour,
  decodeCounts,
  decodingArray,
  encodeCounts,
  hourMs,
  seriesPerBlock,
} from '../hour-counts';
import type { Database } from './connection';
import type { EventRow } from './event-table';
import { IndexProgress } from './index-progress';

type Counted = Pick<EventRow, 'time' | 'seriesId'>;

export class HourCountTable {
  readonly #statements: ReturnType<typeof prepareStatements>;
  /** Changes of counts since the last `settle`: place -> position within the block -> difference. */
  readonly #changes = new Map<number, Map<number, number>>();
  readonly #decoded = decodingArray();
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
      this.#change(time, seriesOf[i] as number, 1);
    this.progress.moveTo(id);
  }

  /** Removes a deleted event that the counts contain. */
  remove(id: number, { time, seriesId }: Counted): void {
    if (id <= this.progress.upto) this.#change(time, seriesId, -1);
  }

  /** Adds an event whose id the counts have already passed. */
  add(id: number, { time, seriesId }: Counted): void {
    if (id <= this.progress.upto) this.#change(time, seriesId, 1);
  }

  /** Writes the changes. */
  settle(): void {
    if (this.#changes.size === 0) return;
    for (const place of [...this.#changes.keys()].sort((one, other) => one - other)) {
      const counts = this.#countsAt(place);
      for (const [position, difference] of this.#changes.get(place) ?? []) {
        const count = (counts.get(position) ?? 0) + difference;
        if (count > 0) counts.set(position, count);
        else counts.delete(position);
      }
      if (counts.size === 0) this.#statements.remove.run(place);
      else this.#statements.put.run(place, encodeCounts(counts));
    }
    this.#changes.clear();
  }

  #change(time: number, seriesId: number, difference: number): void {
    const place = Math.floor(time / hourMs) * blocksPerHour + Math.floor(seriesId / seriesPerBlock);
    const position = seriesId % seriesPerBlock;
    let changes = this.#changes.get(place);
    if (changes === undefined) {
      changes = new Map();
      this.#changes.set(place, changes);
    }
    changes.set(position, (changes.get(position) ?? 0) + difference);
  }

  #countsAt(place: number): Map<number, number> {
    const counts = new Map<number, number>();
    const bytes = this.#statements.find.get(place) as Uint8Array | undefined;
    if (bytes === undefined) return counts;
    const filled = decodeCounts(bytes, this.#decoded);
    for (let i = 0; i < filled; i += 2)
      counts.set(this.#decoded[i] as number, this.#decoded[i + 1] as number);
    return counts;
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
