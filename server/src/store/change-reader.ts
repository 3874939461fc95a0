// Reads events as changes look at them, without their descriptions, by way of the indexes. How much it reads is bounded.

import type { ChangeEvent } from '../suspects/change';
import type { EventQuery } from './event-store';
import { createQueryTest } from './query-test';
import type { Reader } from './reader';
import { checkTimes } from './row-check';
import { isSearch } from './selector';
import { joinSql, type Sql, wrapSql } from './sql';
import type { Statements } from './statements';
import { matchPattern } from './tag-patterns';

/** Events in order of time. */
export interface ChangeEvents {
  readonly events: readonly ChangeEvent[];
  /** From when on they are all there: the begin that was asked for, or a later instant where there were too many. */
  readonly fromMs: number;
}

type Row = readonly [id: number, time: number, series: number];

// Of a type with more events or combinations of tags, which happens often, the last ones of all events are looked through.
const maxTypeEvents = 5_000;
const maxTypeSeries = 5_000;
const maxTypes = 1_000;
const maxHistoryEvents = 20_000;
const maxLookedThrough = 20_000;
const maxWindowLookedThrough = 200_000;
const maxWindowSearched = 50_000;
const maxWindowEvents = 10_000;
/** How much memory, roughly, the types and tags of all events take that are read at once. */
const maxSeriesBytes = 8_388_608;

export class ChangeReader {
  readonly #statements: Statements;
  readonly #reader: Reader;

  constructor(statements: Statements, reader: Reader) {
    this.#statements = statements;
    this.#reader = reader;
  }

  /** The events of a query; of too many the last. */
  select(query: EventQuery): ChangeEvents {
    const { fromMs, untilMs, search, types = [] } = query;
    if (search === null) return { events: [], fromMs };
    if (isSearch(search)) return this.#search(query);
    const wanted = types.filter((pattern) => !pattern.startsWith('!'));
    const patterns = wanted.map((pattern) => wrapSql('(', matchPattern('type', pattern), ')'));
    const isOfType: Sql = patterns.length === 0 ? { text: 'TRUE', values: [] } : joinSql(patterns, ' OR ');
    const since = this.#sinceLast(fromMs, untilMs, maxWindowLookedThrough);
    const rows = this.#walk(since, untilMs, isOfType, maxWindowEvents + 1);
    const isWanted = createQueryTest({ ...query, fromMs: Number.NEGATIVE_INFINITY });
    const isWantedSeries = new Map<number, boolean>();
    const events: ChangeEvent[] = [];
    const isBeyond = this.#createBound();
    for (const row of rows.slice(0, maxWindowEvents)) {
      let isGood = isWantedSeries.get(row[2]);
      if (isGood === undefined) {
        isGood = isWanted({ ...this.#toEvent(row), description: '' });
        isWantedSeries.set(row[2], isGood);
      }
      if (!isGood) continue;
      if (isBeyond(row)) {
        return { events: events.filter(({ time }) => time > row[1]).reverse(), fromMs: row[1] + 1 };
      }
      events.push(this.#toEvent(row));
    }
    // Of the instant at which it was cut there may be more.
    const isCut = rows.length > maxWindowEvents;
    return { events: events.reverse(), fromMs: isCut ? (rows.at(-1)?.[1] ?? since) + 1 : since };
  }

  /** All events of some types within a range, by type; of types with too many the last. */
  ofTypes(types: readonly string[], fromMs: number, untilMs: number): ReadonlyMap<string, ChangeEvents> {
    // What moves into the index between these two is read twice rather than not at all.
    const notYet = this.#notIndexed(types, fromMs, untilMs);
    const rows: Row[] = [];
    const frequent: string[] = [];
    for (const [place, type] of types.entries()) {
      const left = Math.min(maxTypeEvents, maxHistoryEvents - rows.length);
      const isFar = place >= maxTypes || notYet.length > maxTypeEvents;
      const own = isFar ? null : this.#bySeries(type, fromMs, untilMs, left);
      if (own === null) frequent.push(type);
      else rows.push(...own);
    }
    let since = fromMs;
    if (frequent.length > 0) {
      since = this.#sinceLast(fromMs, untilMs, maxLookedThrough);
      rows.push(...this.#walk(since, untilMs, isOneOf(frequent), maxLookedThrough));
    }
    const all = (notYet.length === 0 ? rows : unique([...rows, ...notYet])).sort(
      (one, other) => other[1] - one[1],
    );
    const cut = all.find(this.#createBound());
    const cutMs = cut === undefined ? fromMs : cut[1] + 1;
    const events = this.#byType(cut === undefined ? all : all.filter(([, time]) => time >= cutMs));
    const sinceOf = (type: string): number => (frequent.includes(type) ? since : fromMs);
    return new Map(
      types.map((type): [string, ChangeEvents] => [
        type,
        { events: events.get(type) ?? [], fromMs: Math.max(cutMs, sinceOf(type)) },
      ]),
    );
  }

  /** The time of the first event that there is; null when there is none. */
  firstTime(): number | null {
    const text = 'SELECT time FROM events INDEXED BY events_by_time ORDER BY time LIMIT 1';
    return (this.#statements.all({ text, values: [] })[0] as [number] | undefined)?.[0] ?? null;
  }

  #search(query: EventQuery): ChangeEvents {
    const since = this.#sinceLast(query.fromMs, query.untilMs, maxWindowSearched);
    const events: ChangeEvent[] = [];
    let bytes = 0;
    const seen = new Set<readonly string[]>();
    for (const { id, time, type, tags } of this.#reader.events({
      ...query,
      fromMs: since,
      order: 'descending',
    })) {
      events.push({ id, time, type, tags });
      if (!seen.has(tags)) bytes += bytesOf(type, tags);
      seen.add(tags);
      if (events.length > maxWindowEvents || bytes > maxSeriesBytes) break;
    }
    const isCut = events.length > maxWindowEvents || bytes > maxSeriesBytes;
    const cut = isCut ? events.pop() : undefined;
    return { events: events.reverse(), fromMs: cut === undefined ? since : cut.time + 1 };
  }

  // The begin of the range or, where there are more events in it, the time from which on there are no more.
  #sinceLast(fromMs: number, untilMs: number, count: number): number {
    const row = this.#statements.all({
      text: `SELECT time FROM events INDEXED BY events_by_time WHERE time BETWEEN ? AND ? ORDER BY time DESC LIMIT 1 OFFSET ?`,
      values: [fromMs, untilMs, count],
    })[0] as [number] | undefined;
    return row === undefined ? fromMs : row[0] + 1;
  }

  // Along the time index, the last first.
  #walk(fromMs: number, untilMs: number, condition: Sql, limit: number): Row[] {
    const rows = this.#rows({
      text: `SELECT events.id AS id, time, series FROM events INDEXED BY events_by_time
             CROSS JOIN series ON series.id = events.series
             WHERE time BETWEEN ? AND ? AND (${condition.text}) ORDER BY time DESC LIMIT ?`,
      values: [fromMs, untilMs, ...condition.values, limit],
    });
    checkTimes(rows.map(([, time]) => -time));
    return rows;
  }

  // Null where there are too many.
  #bySeries(type: string, fromMs: number, untilMs: number, limit: number): Row[] | null {
    const series = this.#statements.number({
      text: 'SELECT count(*) FROM (SELECT 1 FROM series WHERE type = ? LIMIT ?)',
      values: [type, maxTypeSeries + 1],
    });
    if (series > maxTypeSeries) return null;
    const picked = `FROM series CROSS JOIN series_time AS picked
      ON picked.series = series.id AND picked.time BETWEEN ? AND ? WHERE series.type = ?`;
    const values = [fromMs, untilMs, type];
    // Counting is much cheaper than reading in vain.
    const count = this.#statements.number({
      text: `SELECT count(*) FROM (SELECT 1 ${picked} LIMIT ?)`,
      values: [...values, limit + 1],
    });
    if (count > limit) return null;
    return this.#rows({
      text: `SELECT picked.id AS id, picked.time AS time, picked.series AS series ${picked}`,
      values,
    });
  }

  #notIndexed(types: readonly string[], fromMs: number, untilMs: number): Row[] {
    return this.#rows({
      text: `SELECT events.id AS id, time, series FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
             WHERE events.id > (SELECT value FROM meta WHERE key = 'series_time_upto')
             AND ${isOneOf(types).text} AND time BETWEEN ? AND ? LIMIT ?`,
      values: [...isOneOf(types).values, fromMs, untilMs, maxTypeEvents + 1],
    });
  }

  #rows(sql: Sql): Row[] {
    return this.#statements.rows<Row>(['id', 'time', 'series'], sql);
  }

  // Each in order of time.
  #byType(rows: readonly Row[]): Map<string, ChangeEvent[]> {
    const events = new Map<string, ChangeEvent[]>();
    for (const row of rows) {
      const event = this.#toEvent(row);
      const known = events.get(event.type);
      if (known === undefined) events.set(event.type, [event]);
      else known.push(event);
    }
    for (const some of events.values()) some.sort((one, other) => one.time - other.time || one.id - other.id);
    return events;
  }

  // Tells the first row from which on the types and tags of all before it take too much memory.
  #createBound(): (row: Row) => boolean {
    const seen = new Set<number>();
    let bytes = 0;
    return ([, , series]) => {
      if (seen.has(series)) return false;
      seen.add(series);
      const { type, tags } = this.#reader.seriesById(series);
      bytes += bytesOf(type, tags);
      return bytes > maxSeriesBytes;
    };
  }

  #toEvent([id, time, series]: Row): ChangeEvent {
    const { type, tags } = this.#reader.seriesById(series);
    return { id, time, type, tags };
  }
}

function bytesOf(type: string, tags: readonly string[]): number {
  return tags.reduce((sum, tag) => sum + tag.length + 24, type.length);
}

function isOneOf(types: readonly string[]): Sql {
  return { text: 'type IN (SELECT value FROM json_each(?))', values: [JSON.stringify(types)] };
}

function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row[0], row])).values()];
}
