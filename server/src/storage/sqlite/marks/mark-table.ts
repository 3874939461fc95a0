// The table of marks, in groups that are paired separately, and the spans made of them. Runs within the writer's
// transactions: `settle` before each commit updates the spans at the places where marks were added or removed.

import { markSuffixes } from '@anthracite/protocol/core';
import { WeightedCache } from '../../../weighted-cache';
import { canBeMark, type MarkSeries, readMarkSeries, roleCodes } from '../../marks/mark-series';
import { type Place, SpanPairing, type TouchedPlace } from '../../marks/span-pairing';
import type { Database } from '../connection';
import { isFollowedEntry } from '../dialect/events';
import { remembered } from '../dialect/remembered';
import { SpanTable } from './span-table';

/** A series of marks, and the number of its group. */
interface KnownSeries extends MarkSeries {
  readonly groupId: number;
}

/** In SQL, whether a type can be one of marks; the caller has joined `series`. */
export const canBeMarkType = `(${Object.keys(markSuffixes)
  .map((suffix) => `type GLOB '*${suffix}'`)
  .join(' OR ')})`;

/**
 * Must be increased when the rules change that decide which events are marks and how marks form spans: the tables are
 * then filled again.
 */
export const markRules = 2;

const maxCachedBytes = 8_388_608;
const seriesBytes = 600;
// Number of marks settled at once while the table is filled.
const filledAtOnce = 10_000;

export class MarkTable {
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #spans: SpanPairing;
  readonly #series = new WeightedCache<number, KnownSeries | null>(maxCachedBytes);
  /** The places where marks were added or removed since the last `settle`, by group. */
  readonly #touched = new Map<number, TouchedPlace[]>();
  /** Groups without earlier marks. */
  readonly #fresh = new Set<number>();
  #lastGroup = 0;
  #rules = 0;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
    this.#spans = new SpanPairing(new SpanTable(db), (series) => this.#known(series));
    this.readState();
  }

  /** Reloads the state that is cached from the file: after opening, and after a failure. */
  readState(): void {
    this.#series.clear();
    this.#touched.clear();
    this.#fresh.clear();
    this.#lastGroup = this.#statements.lastGroup.get() as number;
    this.#rules = this.#statements.rules.get() as number;
  }

  /** Whether the tables contain the marks of all events. */
  get isFilled(): boolean {
    return this.#rules === markRules;
  }

  /** Adds a new event if it is a mark. `series` is type and tags in the form of the line protocol. */
  add(id: number, { time, seriesId, series }: { time: number; seriesId: number; series: string }): void {
    if (canBeMark(series)) this.#add(id, time, seriesId, series);
  }

  /** Removes a deleted event if it was a mark. */
  remove(id: number): void {
    const [group, time] = (this.#statements.remove.get(id) ?? []) as [number?, number?];
    if (group !== undefined && time !== undefined) this.#touch(group, { time, id }, -1);
  }

  /** Removes groups, of those with an id from `first` to `last`, that have no marks. */
  removeUnused(first: number, last: number): void {
    const { changes } = this.#statements.removeGroups.run(first, last);
    if (changes === 0) return;
    this.#statements.remember.run(this.#lastGroup);
    this.#series.clear();
  }

  /** Removes the group of a series, if it has no marks. */
  removeUnusedOf(series: string): void {
    const group = canBeMark(series) ? readMarkSeries(series)?.group : undefined;
    const id =
      group === undefined ? undefined : (this.#statements.findGroup.get(group) as number | undefined);
    if (id !== undefined) this.removeUnused(id, id);
  }

  /** The highest number that a group has or had. */
  get lastGroup(): number {
    return this.#lastGroup;
  }

  /** Adds the marks of all events, if the tables are empty or were filled under other rules. */
  fill(): void {
    if (this.isFilled) return;
    this.#statements.removeSpans.run();
    this.#statements.removeMarks.run();
    const { seriesOfMarks, marksOfSeries, laterEvents } = this.#statements;
    let left = filledAtOnce;
    const take = (id: number, time: number, seriesId: number, series: string): void => {
      this.add(id, { time, seriesId, series });
      if (--left > 0) return;
      this.settle();
      left = filledAtOnce;
    };
    for (const [seriesId, series] of seriesOfMarks.all() as [number, string][]) {
      let place: readonly [number, number] = [Number.MIN_SAFE_INTEGER, 0];
      for (;;) {
        const rows = marksOfSeries.all(seriesId, ...place, filledAtOnce) as [number, number][];
        for (const [time, id] of rows) take(id, time, seriesId, series);
        const last = rows.at(-1);
        if (last === undefined || rows.length < filledAtOnce) break;
        place = last;
      }
    }
    let after = this.#statements.indexedUpto.get() as number;
    for (;;) {
      const rows = laterEvents.all(after, filledAtOnce) as [number, number, number, string][];
      for (const [id, time, seriesId, series] of rows) take(id, time, seriesId, series);
      const last = rows.at(-1);
      if (last === undefined) break;
      [after] = last;
    }
    this.settle();
    this.#statements.setRules.run(markRules);
    this.#rules = markRules;
  }

  /** Updates the spans from the marks. */
  settle(): void {
    if (this.#touched.size === 0) return;
    for (const [group, places] of this.#touched) this.#spans.settle(group, places, this.#fresh.has(group));
    this.#touched.clear();
    this.#fresh.clear();
  }

  #add(id: number, time: number, seriesId: number, series: string): void {
    const known = this.#known(seriesId, series);
    if (known === null) return;
    this.#statements.add.run(id, known.groupId, time, roleCodes[known.meaning.role], seriesId);
    this.#touch(known.groupId, { time, id }, 1);
  }

  #touch(group: number, place: Place, change: 1 | -1): void {
    const touched = { ...place, change };
    const places = this.#touched.get(group);
    if (places === undefined) this.#touched.set(group, [touched]);
    else places.push(touched);
  }

  #known(seriesId: number, text?: string): KnownSeries | null {
    const known = this.#series.get(seriesId);
    if (known !== undefined) return known;
    const series = readMarkSeries(text ?? (this.#statements.textOfSeries.get(seriesId) as string));
    const read = series && { ...series, groupId: this.#groupId(series.group) };
    const chars =
      read === null ? 0 : read.type.length + read.meaning.stem.length + (read.meaning.key?.length ?? 0);
    this.#series.set(seriesId, read, seriesBytes + 2 * chars);
    return read;
  }

  #groupId(name: string): number {
    const known = this.#statements.findGroup.get(name) as number | undefined;
    if (known !== undefined) return known;
    const id = ++this.#lastGroup;
    this.#statements.addGroup.run(id, name);
    this.#fresh.add(id);
    return id;
  }
}

function prepareStatements(db: Database) {
  return {
    add: db.prepare('INSERT INTO mark (id, grp, time, role, series) VALUES (?, ?, ?, ?, ?)'),
    remove: db.prepare('DELETE FROM mark WHERE id = ? RETURNING grp, time').raw(),
    lastGroup: db
      .prepare(`SELECT max(coalesce((SELECT max(id) FROM mark_group), 0), ${remembered('last_group')})`)
      .pluck(),
    removeGroups: db.prepare(
      `DELETE FROM mark_group WHERE id >= ? AND id <= ? AND NOT EXISTS (SELECT 1 FROM mark WHERE grp = mark_group.id)`,
    ),
    remember: db.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('last_group', ?)"),
    findGroup: db.prepare('SELECT id FROM mark_group WHERE name = ?').pluck(),
    addGroup: db.prepare('INSERT INTO mark_group (id, name) VALUES (?, ?)'),
    textOfSeries: db.prepare('SELECT text FROM series WHERE id = ?').pluck(),
    rules: db.prepare("SELECT value FROM meta WHERE key = 'mark_rules'").pluck(),
    setRules: db.prepare("UPDATE meta SET value = ? WHERE key = 'mark_rules'"),
    removeSpans: db.prepare('DELETE FROM span'),
    removeMarks: db.prepare('DELETE FROM mark'),
    seriesOfMarks: db.prepare(`SELECT id, text FROM series WHERE ${canBeMarkType} ORDER BY id`).raw(),
    marksOfSeries: db
      .prepare(`SELECT time, id FROM series_time WHERE series = ? AND (time, id) > (?, ?)
                AND ${isFollowedEntry} ORDER BY time, id LIMIT ?`)
      .raw(),
    indexedUpto: db.prepare("SELECT value FROM meta WHERE key = 'series_time_upto'").pluck(),
    laterEvents: db
      .prepare(`SELECT events.id, time, series, text FROM events NOT INDEXED JOIN series ON series.id = events.series
                WHERE events.id > ? ORDER BY events.id LIMIT ?`)
      .raw(),
  };
}
