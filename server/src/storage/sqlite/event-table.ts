// The tables of events and their series: inserts, finds, changes and removes rows. Runs within transactions of the writer.

import { WeightedCache } from '../../weighted-cache';
import type { Identity } from '../change-rules';
import type { BatchReceipt, EventBatch } from '../event-batch';
import { tagRowsOf } from '../series-tags';
import type { Database, Statement } from './connection';
import { contentHash } from './content-hash';
import { remembered } from './dialect/remembered';

/** An event as its row contains it. */
export interface EventRow extends Identity {
  readonly seriesId: number;
}

type Columns = Pick<EventBatch, 'times' | 'series' | 'descriptions'>;

const rowsAStatement = 50;
const columns = 5;
const maxCachedSeriesBytes = 50_331_648;
const noIds: ReadonlyMap<number, number> = new Map();

export class EventTable {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #seriesIds = new WeightedCache<string, number>(maxCachedSeriesBytes);
  readonly #row = new Array<unknown>(columns);
  readonly #rows = new Array<unknown>(columns * rowsAStatement);
  #seed = 0;
  #lastId = 0;
  #lastSeriesId = 0;
  #hasFormer = false;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
    this.readState();
  }

  /** Reloads the state that is cached from the file: after opening, and after a failure. */
  readState(): void {
    const { seed, lastId, lastSeriesId, hasFormer } = this.#statements;
    this.#seed = seed.get() as number;
    this.#lastId = lastId.get() as number;
    this.#lastSeriesId = lastSeriesId.get() as number;
    this.#hasFormer = hasFormer.get() === 1;
    this.#seriesIds.clear();
  }

  /** The highest id that an event has or had. */
  get lastId(): number {
    return this.#lastId;
  }

  /**
   * Inserts events; events that exist or existed keep their ids. `known` contains the ids of events that are duplicates
   * by their key, by their index.
   */
  insert(batch: Columns, known: ReadonlyMap<number, number> = noIds): BatchReceipt {
    const former = this.#formerIds(batch, known);
    if (former.size === 0) return this.#insertRows(batch);
    const rest = Array.from(batch.times.keys()).filter((i) => !former.has(i));
    const inserted = this.#insertRows({
      times: rest.map((i) => batch.times[i] as number),
      series: rest.map((i) => batch.series[i] as string),
      descriptions: rest.map((i) => batch.descriptions[i] as string),
    });
    const ids = new Float64Array(batch.times.length);
    const fresh = new Uint8Array(batch.times.length);
    for (const [i, id] of former) ids[i] = id;
    for (const [k, i] of rest.entries()) {
      ids[i] = inserted.ids[k] as number;
      fresh[i] = inserted.fresh[k] as number;
    }
    return { ids, fresh };
  }

  /** The event's row, or null. */
  find(id: number): EventRow | null {
    const row = this.#statements.find.get(id) as [number, number, string, string] | undefined;
    return row ? { time: row[0], seriesId: row[1], series: row[2], description: row[3] } : null;
  }

  /** The id of the identical event, or null. */
  findSame({ time, series, description }: Identity): number | null {
    const seriesId = this.seriesId(series);
    for (let hash = contentHash(description, this.#seed); ; hash = (hash + 1) | 0) {
      const found = this.#statements.findSame.get(time, seriesId, hash) as [number, string] | undefined;
      if (found === undefined) return null;
      if (found[1] === description) return found[0];
    }
  }

  /** Inserts an event with an id that is not in use. The caller has checked that no other event is the same. */
  put(id: number, identity: Identity): EventRow {
    const seriesId = this.seriesId(identity.series);
    const { time, description } = identity;
    const { changes } = this.#statements.insertOne.run([
      id,
      time,
      seriesId,
      this.#freeHash(identity),
      description,
    ]);
    if (changes !== 1) throw new Error(`event ${id} was not stored`);
    return { ...identity, seriesId };
  }

  /** Removes an event's row. */
  remove(id: number): void {
    this.#statements.remove.run(id);
  }

  /** Remembers that from now on there are changed or deleted events. */
  rememberFormer(): void {
    this.#hasFormer = true;
  }

  /** Remembers the highest ids in the file, so that no id is used again after its row was purged. */
  rememberIds(): void {
    this.#statements.remember.run('last_id', this.#lastId);
    this.#statements.remember.run('last_series', this.#lastSeriesId);
  }

  /** The text of a series. */
  textOf(seriesId: number): string {
    return this.#statements.textOfSeries.get(seriesId) as string;
  }

  /** Removes series that nothing refers to any more. */
  removeSeries(ids: readonly number[]): void {
    for (const id of ids) {
      for (const row of tagRowsOf(this.textOf(id))?.rows ?? []) this.#statements.removeTag.run(...row, id);
      this.#statements.removeSeries.run(id);
    }
    if (ids.length > 0) this.#seriesIds.clear();
  }

  /** The hash by which a former description is found. */
  hashOf(description: string): number {
    return contentHash(description, this.#seed);
  }

  // The duplicates of the batch, by index: those with a known key, and those equal to an event that was changed or
  // deleted since.
  #formerIds(
    { times, series, descriptions }: Columns,
    known: ReadonlyMap<number, number>,
  ): ReadonlyMap<number, number> {
    if (!this.#hasFormer) return known;
    const ids = new Map(known);
    for (const [i, description] of descriptions.entries()) {
      if (ids.has(i)) continue;
      const identity = { time: times[i] as number, series: series[i] as string, description };
      const { time } = identity;
      const id = this.#statements.findFormer.get(
        time,
        this.seriesId(identity.series),
        this.hashOf(description),
        description,
      );
      // Former fields of one event may be the current fields of another.
      if (id !== undefined && this.findSame(identity) === null) ids.set(i, id as number);
    }
    return ids;
  }

  #insertRows({ times, series, descriptions }: Columns): BatchReceipt {
    const total = times.length;
    const ids = new Float64Array(total);
    const fresh = new Uint8Array(total).fill(1);
    for (let start = 0; start < total; start += rowsAStatement) {
      const size = Math.min(rowsAStatement, total - start);
      const full = size === rowsAStatement;
      const firstId = this.#lastId + 1;
      let inserted = 0;
      for (let k = 0; k < size; k++) {
        const i = start + k;
        const row = full ? this.#rows : this.#row;
        const at = full ? k * columns : 0;
        const description = descriptions[i] as string;
        row[at] = ids[i] = firstId + k;
        row[at + 1] = times[i];
        row[at + 2] = this.seriesId(series[i] as string);
        row[at + 3] = contentHash(description, this.#seed);
        row[at + 4] = description;
        if (!full) inserted += this.#statements.insertOne.run(row).changes;
      }
      if (full) inserted = this.#statements.insertMany.run(this.#rows).changes;
      if (inserted > 0) this.#lastId = firstId + size - 1;
      if (inserted < size) this.#settleConflicts(start, size, { times, series, descriptions }, ids, fresh);
    }
    return { ids, fresh };
  }

  // Some rows conflicted with a row of the same time, series and hash: the same event, or another with an equal hash.
  #settleConflicts(
    start: number,
    size: number,
    { times, series, descriptions }: Columns,
    ids: Float64Array,
    fresh: Uint8Array,
  ): void {
    for (let i = start; i < start + size; i++) {
      const identity: Identity = {
        time: times[i] as number,
        series: series[i] as string,
        description: descriptions[i] as string,
      };
      const same = this.findSame(identity);
      if (same === ids[i]) continue;
      if (same === null) {
        ids[i] = ++this.#lastId;
        this.put(this.#lastId, identity);
      } else {
        ids[i] = same;
        fresh[i] = 0;
      }
    }
  }

  // The hash of the description, or the next free number.
  #freeHash({ time, series, description }: Identity): number {
    const seriesId = this.seriesId(series);
    let hash = contentHash(description, this.#seed);
    while (this.#statements.findSame.get(time, seriesId, hash) !== undefined) hash = (hash + 1) | 0;
    return hash;
  }

  /** The id of a series in the form of the line protocol; created if necessary. */
  seriesId(text: string): number {
    const known = this.#seriesIds.get(text);
    if (known !== undefined) return known;
    const id = (this.#statements.findSeries.get(text) as number | undefined) ?? this.#insertSeries(text);
    // At most two bytes a character.
    this.#seriesIds.set(text, id, 2 * text.length);
    return id;
  }

  #insertSeries(text: string): number {
    const known = tagRowsOf(text);
    if (known === null) throw new Error('a malformed series reached the store');
    const id = ++this.#lastSeriesId;
    this.#statements.insertSeries.run(id, text, known.type);
    for (const row of known.rows) this.#statements.insertTag.run(...row, id);
    return id;
  }
}

function prepareStatements(db: Database) {
  // An id in use is an error, never a duplicate. FAIL avoids the journal of each statement: the transaction is rolled
  // back in any case.
  const insertEvents = (rows: number): Statement =>
    db.prepare(
      `INSERT OR FAIL INTO events (id, time, series, hash, description) VALUES ${Array(rows).fill('(?,?,?,?,?)').join()} ON CONFLICT (time, series, hash) DO NOTHING`,
    );
  return {
    seed: db.prepare("SELECT value FROM meta WHERE key = 'hash_seed'").pluck(),
    // An id is never used twice, even if its event was deleted, and another event now has its fields.
    lastId: db
      .prepare(
        `SELECT max(
           coalesce((SELECT max(id) FROM events), 0), coalesce((SELECT max(event) FROM history), 0),
           ${remembered('last_id')}
         )`,
      )
      .pluck(),
    lastSeriesId: db
      .prepare(`SELECT max(coalesce((SELECT max(id) FROM series), 0), ${remembered('last_series')})`)
      .pluck(),
    remember: db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)'),
    textOfSeries: db.prepare('SELECT text FROM series WHERE id = ?').pluck(),
    removeSeries: db.prepare('DELETE FROM series WHERE id = ?'),
    removeTag: db.prepare('DELETE FROM series_tag WHERE tag = ? AND kind = ? AND series = ?'),
    hasFormer: db.prepare('SELECT EXISTS (SELECT 1 FROM history)').pluck(),
    insertOne: insertEvents(1),
    insertMany: insertEvents(rowsAStatement),
    find: db
      .prepare(
        `SELECT time, series, text, description FROM events JOIN series ON series.id = events.series WHERE events.id = ?`,
      )
      .raw(),
    findSame: db
      .prepare('SELECT id, description FROM events WHERE time = ? AND series = ? AND hash = ?')
      .raw(),
    remove: db.prepare('DELETE FROM events WHERE id = ?'),
    findFormer: db
      .prepare(
        'SELECT event FROM history WHERE time = ? AND series = ? AND hash = ? AND description = ? ORDER BY id DESC LIMIT 1',
      )
      .pluck(),
    findSeries: db.prepare('SELECT id FROM series WHERE text = ?').pluck(),
    insertSeries: db.prepare('INSERT INTO series (id, text, type) VALUES (?, ?, ?)'),
    insertTag: db.prepare('INSERT INTO series_tag (tag, kind, series) VALUES (?, ?, ?)'),
  };
}
