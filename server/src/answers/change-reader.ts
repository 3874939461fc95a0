// Reads events for the search for suspects, without their descriptions, through the indexes. The amount it reads is
// limited.

import { partPatterns } from '@anthracite/protocol/core';
import type { EventQuery } from '../query/event-query';
import { createQueryTest, isSearch } from '../query/query-test';
import type { Asker } from '../storage/asker';
import type { TypeChoice } from '../storage/dialect';
import type { Sql } from '../storage/sql';
import type { ChangeEvent } from '../suspects/change';
import type { Reader } from './reader';
import { checkTimes } from './row-check';
import type { SeriesOf, SeriesReader } from './series-reader';

/** Events in order of time. */
export interface ChangeEvents {
  readonly events: readonly ChangeEvent[];
  /** The time from which on the list is complete: the requested start, or later if there were too many events. */
  readonly fromMs: number;
}

type Row = readonly [id: number, time: number, series: number];

// Types with more events or combinations of tags are frequent: the newest events of all types are scanned for them
// instead.
const maxTypeEvents = 5_000;
const maxTypeSeries = 5_000;
const maxTypes = 1_000;
const maxHistoryEvents = 20_000;
const maxLookedThrough = 20_000;
const maxWindowLookedThrough = 200_000;
const maxWindowSearched = 50_000;
const maxWindowEvents = 10_000;
const rowsAtOnce = 1_000;
/** Approximate memory, in bytes, for the types and tags of all events read at once. */
const maxSeriesBytes = 8_388_608;

export class ChangeReader {
  readonly #asker: Asker;
  readonly #series: SeriesReader;
  readonly #reader: Reader;

  constructor(asker: Asker, series: SeriesReader, reader: Reader) {
    this.#asker = asker;
    this.#series = series;
    this.#reader = reader;
  }

  /** The events of a query; the newest if there are too many. */
  async select(query: EventQuery): Promise<ChangeEvents> {
    const { fromMs, untilMs, search, types = [] } = query;
    if (search === null) return { events: [], fromMs };
    if (isSearch(search)) return this.#search(query);
    const { wanted: patterns } = partPatterns(types);
    const since = await this.#sinceLast(fromMs, untilMs, maxWindowLookedThrough);
    const rows = await this.#walk(since, untilMs, { patterns }, maxWindowEvents + 1);
    const isWanted = createQueryTest({ ...query, fromMs: Number.NEGATIVE_INFINITY });
    const isWantedSeries = new Map<number, boolean>();
    const events: ChangeEvent[] = [];
    const isBeyond = createBound();
    for (let from = 0; from < Math.min(rows.length, maxWindowEvents); from += rowsAtOnce) {
      const some = rows.slice(from, Math.min(from + rowsAtOnce, maxWindowEvents));
      const seriesOf = await this.#seriesOf(some);
      for (const row of some) {
        let isGood = isWantedSeries.get(row[2]);
        if (isGood === undefined) {
          isGood = isWanted({ ...toEvent(row, seriesOf), description: '' });
          isWantedSeries.set(row[2], isGood);
        }
        if (!isGood) continue;
        if (isBeyond(row, seriesOf)) {
          return { events: events.filter(({ time }) => time > row[1]).reverse(), fromMs: row[1] + 1 };
        }
        events.push(toEvent(row, seriesOf));
      }
    }
    // The list may lack some events of the instant at which it was truncated.
    const isCut = rows.length > maxWindowEvents;
    return { events: events.reverse(), fromMs: isCut ? (rows.at(-1)?.[1] ?? since) + 1 : since };
  }

  /** All events of some types within a range, by type; the newest of a type with too many. */
  async ofTypes(
    types: readonly string[],
    fromMs: number,
    untilMs: number,
  ): Promise<ReadonlyMap<string, ChangeEvents>> {
    const { notYet: sqlOfNotYet } = this.#asker.sql.changes;
    // An event that moves into the index between these two queries is read twice rather than missed.
    const notYet = await this.#rows(sqlOfNotYet(types, fromMs, untilMs, maxTypeEvents + 1));
    const { few, frequent } = await this.#split(types, fromMs, untilMs, notYet.length);
    const rows =
      few.length === 0 ? [] : await this.#rows(this.#asker.sql.changes.ofTypes(few, fromMs, untilMs));
    let since = fromMs;
    if (frequent.length > 0) {
      since = await this.#sinceLast(fromMs, untilMs, maxLookedThrough);
      rows.push(...(await this.#walk(since, untilMs, { types: frequent }, maxLookedThrough)));
    }
    const all = (notYet.length === 0 ? rows : unique([...rows, ...notYet])).sort(newestFirst);
    const { events, fromMs: cutMs } = await this.#byType(all, fromMs);
    const sinceOf = (type: string): number => (frequent.includes(type) ? since : fromMs);
    return new Map(
      types.map((type): [string, ChangeEvents] => [
        type,
        { events: events.get(type) ?? [], fromMs: Math.max(cutMs, sinceOf(type)) },
      ]),
    );
  }

  async #search(query: EventQuery): Promise<ChangeEvents> {
    const since = await this.#sinceLast(query.fromMs, query.untilMs, maxWindowSearched);
    const events: ChangeEvent[] = [];
    let bytes = 0;
    const seen = new Set<readonly string[]>();
    const isCut = (): boolean => events.length > maxWindowEvents || bytes > maxSeriesBytes;
    for await (const event of this.#reader.each({ ...query, fromMs: since, order: 'descending' })) {
      const { id, time, type, tags } = event;
      events.push({ id, time, type, tags });
      if (!seen.has(tags)) bytes += bytesOf(type, tags);
      seen.add(tags);
      if (isCut()) break;
    }
    const cut = isCut() ? events.pop() : undefined;
    return { events: events.reverse(), fromMs: cut === undefined ? since : cut.time + 1 };
  }

  // The start of the range or, if it has more than `count` events, the time from which on it has at most `count`.
  async #sinceLast(fromMs: number, untilMs: number, count: number): Promise<number> {
    const sql = this.#asker.sql.changes.timeOfLast(fromMs, untilMs, count);
    const [row] = await this.#asker.all<[number]>(sql);
    return row === undefined ? fromMs : row[0] + 1;
  }

  // Along the time index, newest first.
  async #walk(fromMs: number, untilMs: number, types: TypeChoice, limit: number): Promise<Row[]> {
    const rows = await this.#rows(this.#asker.sql.changes.last(fromMs, untilMs, types, limit));
    checkTimes(rows.map(([, time]) => -time));
    return rows.sort(newestFirst);
  }

  // Counting is much cheaper than reading rows that are then discarded.
  async #split(
    types: readonly string[],
    fromMs: number,
    untilMs: number,
    notYet: number,
  ): Promise<{ readonly few: readonly string[]; readonly frequent: readonly string[] }> {
    if (notYet > maxTypeEvents || types.length === 0) return { few: [], frequent: types };
    const { countByType } = this.#asker.sql.changes;
    const counts = new Map(
      await this.#asker.all<readonly [type: string, count: number | null]>(
        countByType(types.slice(0, maxTypes), fromMs, untilMs, maxTypeEvents + 1, maxTypeSeries),
      ),
    );
    const few: string[] = [];
    const frequent: string[] = [];
    let total = 0;
    for (const type of types) {
      const count = counts.get(type) ?? null;
      if (count === null || count > Math.min(maxTypeEvents, maxHistoryEvents - total)) frequent.push(type);
      else {
        few.push(type);
        total += count;
      }
    }
    return { few, frequent };
  }

  #rows(sql: Sql): Promise<Row[]> {
    return this.#asker.rows<[id: number, time: number, series: number]>(['id', 'time', 'series'], sql);
  }

  #seriesOf(rows: readonly Row[]): Promise<SeriesOf> {
    return this.#series.of(rows.map(([, , series]) => series));
  }

  // Groups rows, newest first, into events by type, each in order of time, with the time from which on they are
  // complete.
  async #byType(
    rows: readonly Row[],
    fromMs: number,
  ): Promise<{ readonly events: Map<string, ChangeEvent[]>; readonly fromMs: number }> {
    const events = new Map<string, ChangeEvent[]>();
    const isBeyond = createBound();
    let cutMs = fromMs;
    reading: for (let from = 0; from < rows.length; from += rowsAtOnce) {
      const some = rows.slice(from, from + rowsAtOnce);
      const seriesOf = await this.#seriesOf(some);
      for (const row of some) {
        if (isBeyond(row, seriesOf)) {
          cutMs = row[1] + 1;
          break reading;
        }
        const event = toEvent(row, seriesOf);
        const known = events.get(event.type);
        if (known === undefined) events.set(event.type, [event]);
        else known.push(event);
      }
    }
    for (const [type, some] of events) {
      const whole = some.filter(({ time }) => time >= cutMs);
      events.set(
        type,
        whole.sort((one, other) => one.time - other.time || one.id - other.id),
      );
    }
    return { events, fromMs: cutMs };
  }
}

// Finds the first row at which the types and tags of all rows before it take too much memory.
function createBound(): (row: Row, seriesOf: SeriesOf) => boolean {
  const seen = new Set<number>();
  let bytes = 0;
  return ([, , series], seriesOf) => {
    if (seen.has(series)) return false;
    seen.add(series);
    const { type, tags } = seriesOf(series);
    bytes += bytesOf(type, tags);
    return bytes > maxSeriesBytes;
  };
}

// Events of one instant have an order, too: otherwise equally suspicious ones would change places.
function newestFirst(one: Row, other: Row): number {
  return other[1] - one[1] || other[0] - one[0];
}

function toEvent([id, time, series]: Row, seriesOf: SeriesOf): ChangeEvent {
  const { type, tags } = seriesOf(series);
  return { id, time, type, tags };
}

function bytesOf(type: string, tags: readonly string[]): number {
  return tags.reduce((sum, tag) => sum + tag.length + 24, type.length);
}

function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row[0], row])).values()];
}
