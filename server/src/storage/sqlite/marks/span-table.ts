// The table of spans in SQLite, and the marks that they are made of. Runs within the writer's transactions.

import type { GroupMark, KnownSpan, MarkRows, Place } from '../../marks/span-pairing';
import { levelOf, type StoredSpan, spanColumns, toSpanRow } from '../../marks/span-row';
import type { Database } from '../connection';

type PlaceRow = readonly [time: number, id: number];
type MarkRow = readonly [time: number, id: number, series: number];

export class SpanTable implements MarkRows {
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: Database) {
    this.#statements = prepareStatements(db);
  }

  markFrom(group: number, { time, id }: Place): GroupMark | null {
    const row = this.#statements.markFrom.get(group, time, id) as MarkRow | undefined;
    return row === undefined ? null : toMark(row);
  }

  nextOfRole(group: number, role: number, { time, id }: Place): Place | null {
    const row = this.#statements.nextOfRole.get(group, role, time, id) as PlaceRow | undefined;
    return row === undefined ? null : { time: row[0], id: row[1] };
  }

  twoOfRole(group: number, role: number, after: Place, until: Place): GroupMark[] {
    const rows = this.#statements.twoOfRole.all(group, role, after.time, after.id, until.time, until.id);
    return (rows as MarkRow[]).map(toMark);
  }

  marksBetween(group: number, from: Place, until: Place, limit: number): GroupMark[] {
    const range = [from.time, from.id, until.time, until.id];
    return (this.#statements.marksBetween.all(group, ...range, limit) as MarkRow[]).map(toMark);
  }

  countBetween(group: number, from: Place, until: Place): number {
    const range = [from.time, from.id, until.time, until.id];
    return this.#statements.countBetween.get(group, ...range) as number;
  }

  spanBefore(group: number, { time, id }: Place): KnownSpan | null {
    return toKnownSpan(this.#statements.spanBefore.get(group, time, id));
  }

  spanFrom(group: number, { time, id }: Place): KnownSpan | null {
    return toKnownSpan(this.#statements.spanFrom.get(group, time, id));
  }

  spanAfter(group: number, { time, id }: Place): KnownSpan | null {
    return toKnownSpan(this.#statements.spanAfter.get(group, time, id));
  }

  removeSpans(group: number, from: Place, until: Place): void {
    this.#statements.remove.run(group, from.time, from.id, until.time, until.id);
  }

  addSpan(group: number, { time, id }: Place, stored: StoredSpan): void {
    this.#statements.add.run(group, time, id, levelOf(stored.span), ...toSpanRow(stored));
  }
}

function toMark([time, id, series]: MarkRow): GroupMark {
  return { time, id, series };
}

function toKnownSpan(row: unknown): KnownSpan | null {
  if (row === undefined) return null;
  const [time, id, markCount] = row as [number, number, number];
  return { first: { time, id }, markCount };
}

function prepareStatements(db: Database) {
  const known = 'SELECT first_time, first_id, mark_count FROM span WHERE grp = ? AND (first_time, first_id)';
  const columns = ['grp', 'first_time', 'first_id', 'level', ...spanColumns];
  return {
    markFrom: db
      .prepare(
        'SELECT time, id, series FROM mark WHERE grp = ? AND (time, id) >= (?, ?) ORDER BY time, id LIMIT 1',
      )
      .raw(),
    nextOfRole: db
      .prepare(
        'SELECT time, id FROM mark WHERE grp = ? AND role = ? AND (time, id) > (?, ?) ORDER BY time, id LIMIT 1',
      )
      .raw(),
    twoOfRole: db
      .prepare(
        `SELECT time, id, series FROM mark WHERE grp = ? AND role = ? AND (time, id) > (?, ?) AND (time, id) < (?, ?)
         ORDER BY time, id LIMIT 2`,
      )
      .raw(),
    marksBetween: db
      .prepare(
        `SELECT time, id, series FROM mark WHERE grp = ? AND (time, id) >= (?, ?) AND (time, id) < (?, ?)
         ORDER BY time, id LIMIT ?`,
      )
      .raw(),
    countBetween: db
      .prepare('SELECT count(*) FROM mark WHERE grp = ? AND (time, id) >= (?, ?) AND (time, id) < (?, ?)')
      .pluck(),
    spanBefore: db.prepare(`${known} < (?, ?) ORDER BY first_time DESC, first_id DESC LIMIT 1`).raw(),
    spanFrom: db.prepare(`${known} >= (?, ?) ORDER BY first_time, first_id LIMIT 1`).raw(),
    spanAfter: db.prepare(`${known} > (?, ?) ORDER BY first_time, first_id LIMIT 1`).raw(),
    remove: db.prepare(
      'DELETE FROM span WHERE grp = ? AND (first_time, first_id) >= (?, ?) AND (first_time, first_id) < (?, ?)',
    ),
    add: db.prepare(`INSERT INTO span (${columns.join()}) VALUES (${columns.map(() => '?').join()})`),
  };
}
