// Reads events as changes look at them, without their descriptions, by way of the indexes. How much it reads is bounded.

import type { ChangeEvent } from '../suspects/change';
import type { EventQuery } from './event-store';
import { createQueryTest } from './query-test';
import type { Reader } from './reader';
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
const maxTypeEvents = 20_000;
const maxTypeSeries = 5_000;
const maxTypes = 1_000;
const maxHistoryEvents = 60_000;
const maxLookedThrough = 60_000;
const maxWindowLookedThrough = 200_000;
const maxWindowEvents = 20_000;

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
    for (const row of rows.slice(0, maxWindowEvents)) {
      let isGood = isWantedSeries.get(row[2]);
      if (isGood === undefined) {
        isGood = isWanted({ ...this.#toEvent(row), description: '' });
        isWantedSeries.set(row[2], isGood);
      }
      if (isGood) events.push(this.#toEvent(row));
    }
    // Of the instant at which it was cut there may be more.
    const isCut = rows.length > maxWindowEvents;
    return { events: events.reverse(), fromMs: isCut ? (rows.at(-1)?.[1] ?? since) + 1 : since };
  }

  /** All events of some types within a range, by type; of types with too many the last. */
  ofTypes(types: readonly string[], fromMs: number, untilMs: number): ReadonlyMap<string, ChangeEvents> {
    const found = new Map<string, ChangeEvents>();
    const frequent: string[] = [];
    // What moves into the index between these two is read twice rather than not at all.
    const notYet = this.#notIndexed(types, fromMs, untilMs);
    let left = maxHistoryEvents - notYet.length;
    const isFar = notYet.length > maxTypeEvents;
    for (const [place, type] of types.entries()) {
      const rows =
        isFar || place >= maxTypes
          ? null
          : this.#bySeries(type, fromMs, untilMs, Math.min(left, maxTypeEvents));
      if (rows === null) {
        frequent.push(type);
      } else {
        left -= rows.length;
        found.set(type, { events: this.#toEvents([...rows, ...notYet], type), fromMs });
      }
    }
    if (frequent.length > 0) {
      const since = this.#sinceLast(fromMs, untilMs, maxLookedThrough);
      const rows = this.#walk(since, untilMs, isOneOf(frequent), maxLookedThrough);
      for (const type of frequent) found.set(type, { events: this.#toEvents(rows, type), fromMs: since });
    }
    return found;
  }

  /** The time of the first event that there is; null when there is none. */
  firstTime(): number | null {
    const text = 'SELECT time FROM events INDEXED BY events_by_time ORDER BY time LIMIT 1';
    return (this.#statements.all({ text, values: [] })[0] as [number] | undefined)?.[0] ?? null;
  }

  #search(query: EventQuery): ChangeEvents {
    const events: ChangeEvent[] = [];
    for (const { id, time, type, tags } of this.#reader.events({ ...query, order: 'descending' })) {
      events.push({ id, time, type, tags });
      if (events.length > maxWindowEvents) break;
    }
    const isCut = events.length > maxWindowEvents;
    const cut = isCut ? events.pop() : undefined;
    return { events: events.reverse(), fromMs: cut === undefined ? query.fromMs : cut.time + 1 };
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
    return this.#statements.all({
      text: `SELECT events.id, time, series FROM events INDEXED BY events_by_time
             CROSS JOIN series ON series.id = events.series
             WHERE time BETWEEN ? AND ? AND (${condition.text}) ORDER BY time DESC LIMIT ?`,
      values: [fromMs, untilMs, ...condition.values, limit],
    }) as Row[];
  }

  // Null where there are too many.
  #bySeries(type: string, fromMs: number, untilMs: number, limit: number): Row[] | null {
    const series = this.#statements.number({
      text: 'SELECT count(*) FROM (SELECT 1 FROM series WHERE type = ? LIMIT ?)',
      values: [type, maxTypeSeries + 1],
    });
    if (series > maxTypeSeries) return null;
    const rows = this.#statements.all({
      text: `SELECT picked.id, picked.time, picked.series FROM series CROSS JOIN series_time AS picked
             ON picked.series = series.id AND picked.time BETWEEN ? AND ? WHERE series.type = ? LIMIT ?`,
      values: [fromMs, untilMs, type, limit + 1],
    }) as Row[];
    return rows.length > limit ? null : rows;
  }

  #notIndexed(types: readonly string[], fromMs: number, untilMs: number): Row[] {
    return this.#statements.all({
      text: `SELECT events.id, time, series FROM events NOT INDEXED CROSS JOIN series ON series.id = events.series
             WHERE events.id > (SELECT value FROM meta WHERE key = 'series_time_upto')
             AND ${isOneOf(types).text} AND time BETWEEN ? AND ? LIMIT ?`,
      values: [...isOneOf(types).values, fromMs, untilMs, maxTypeEvents + 1],
    }) as Row[];
  }

  #toEvents(rows: readonly Row[], type: string): ChangeEvent[] {
    const events = new Map<number, ChangeEvent>();
    for (const row of rows) {
      const event = this.#toEvent(row);
      if (event.type === type) events.set(event.id, event);
    }
    return [...events.values()].sort((one, other) => one.time - other.time || one.id - other.id);
  }

  #toEvent([id, time, series]: Row): ChangeEvent {
    const { type, tags } = this.#reader.seriesById(series);
    return { id, time, type, tags };
  }
}

function isOneOf(types: readonly string[]): Sql {
  return { text: 'type IN (SELECT value FROM json_each(?))', values: [JSON.stringify(types)] };
}
