// Answers questions from a read-only connection, and writes events in the format that is asked for.

import { parseSeries, type StoredEvent } from '@anthracite/protocol/core';
import { eventFormats, type PageFormat } from '../formats/registry';
import type { Database, Statement } from './database';
import type {
  Cursor,
  EventQuery,
  LedgerEntry,
  LedgerPage,
  Page,
  StoreStatistics,
  Usage,
} from './event-store';
import {
  countByTime,
  countSeek,
  countSeries,
  pickEvents,
  type Sql,
  scanByTime,
  seekBySeries,
  selectSeries,
} from './selection';
import { StoreError } from './store-error';
import { TextBuffer } from './text-buffer';

type EventRow = [id: number, time: number, series: number, description: string];
interface Series {
  readonly type: string;
  readonly tags: readonly string[];
}

// Up to so many are fetched whole and sorted here, which is the quickest.
const maxFewEvents = 1_000;
// Beyond these, sorting what the series index picks costs more than walking along the time index.
const maxSortedEvents = 20_000;
const maxSoughtSeries = 10_000;
const maxBlockRows = 100;
const blockChars = 262_144;
const maxCachedSeries = 50_000;
const maxCachedStatements = 200;
const maxPageBytes = 1_048_576;
const maxSeconds = 1_000_000;

export class Reader {
  readonly #db: Database;
  readonly #file: string;
  readonly #statements = new Map<string, Statement>();
  readonly #series = new Map<number, Series>();
  readonly #text = new TextBuffer();
  /** The longest description of the last block. */
  #rowChars = 1_024;

  constructor(db: Database, file: string) {
    this.#db = db;
    this.#file = file;
  }

  event(id: number): StoredEvent | null {
    const row = this.#all({
      text: 'SELECT id, time, series, description FROM events WHERE id = ?',
      values: [id],
    })[0];
    return row === undefined ? null : this.#toEvent(row as EventRow);
  }

  page(query: EventQuery, format: PageFormat, limit: number, after: Cursor | null): Page {
    const { item, separator } = eventFormats[format];
    const text = this.#text;
    text.clear();
    let count = 0;
    let last: EventRow | undefined;
    let more = false;
    for (const row of this.#select(query, after, limit + 1)) {
      // A page of a few very long events is cut by its size.
      if (count === limit || text.length > maxPageBytes) {
        more = true;
        break;
      }
      if (count > 0) text.append(separator);
      text.append(item(this.#toEvent(row)));
      last = row;
      count++;
    }
    return { bytes: text.copy(), count, next: more && last ? { id: last[0], time: last[1] } : null };
  }

  /** All events of a query, one after the other. */
  *events(query: EventQuery): Generator<StoredEvent> {
    for (const row of this.#select(query, null, Number.MAX_SAFE_INTEGER)) yield this.#toEvent(row);
  }

  /** Pairs of whole second and count, one behind the other. */
  countBySecond(query: EventQuery): Float64Array {
    const series = this.#seriesOf(query);
    if (series === 'none') return new Float64Array(0);
    const counts: number[] = [];
    for (const row of this.#iterate(countByTime(query, series))) {
      const [time, count] = row as [number, number];
      const second = Math.floor(time / 1000);
      const last = counts.length - 1;
      if (counts[last - 1] === second) counts[last] = (counts[last] ?? 0) + count;
      else counts.push(second, count);
      if (counts.length > maxSeconds * 2) throw new StoreError('TOO_MANY_SECONDS', { limit: maxSeconds });
    }
    return new Float64Array(counts);
  }

  types(prefix: string, limit: number): Usage[] {
    return this.#usages(
      'SELECT id AS series, type AS name FROM series WHERE type >= ? AND substr(type, 1, ?) = ?',
      prefix,
      limit,
    );
  }

  tags(prefix: string, limit: number): Usage[] {
    return this.#usages(
      'SELECT series, tag AS name FROM series_tag WHERE tag >= ? AND substr(tag, 1, ?) = ? AND kind = 1',
      prefix,
      limit,
    );
  }

  #usages(named: string, prefix: string, limit: number): Usage[] {
    const text = `
      WITH named AS (${named}),
      news AS (
        SELECT series, count(*) AS count, min(time) AS first, max(time) AS last FROM events NOT INDEXED
        WHERE id > (SELECT value FROM meta WHERE key = 'series_time_upto') GROUP BY series
      ),
      ends AS (
        SELECT named.name, series.count + coalesce(news.count, 0) AS count,
          (SELECT min(time) FROM series_time WHERE series_time.series = series.id) AS first, news.first AS newsFirst,
          (SELECT max(time) FROM series_time WHERE series_time.series = series.id) AS last, news.last AS newsLast
        FROM named JOIN series ON series.id = named.series LEFT JOIN news ON news.series = series.id
      )
      SELECT name, sum(count),
        min(min(coalesce(first, newsFirst), coalesce(newsFirst, first))),
        max(max(coalesce(last, newsLast), coalesce(newsLast, last)))
      FROM ends WHERE count > 0 GROUP BY name ORDER BY name LIMIT ?`;
    // substr() counts code points, as the spread does.
    const rows = this.#all({ text, values: [prefix, [...prefix].length, prefix, limit] });
    return (rows as [string, number, number, number][]).map(([name, count, firstTime, lastTime]) => ({
      name,
      count,
      firstTime,
      lastTime,
    }));
  }

  ledger(limit: number, before: number | null): LedgerPage {
    const entries = this.#ledgerRows('WHERE id < ? ORDER BY id DESC LIMIT ?', [
      before ?? Number.MAX_SAFE_INTEGER,
      limit + 1,
    ]);
    const kept = entries.slice(0, limit);
    return { entries: kept, nextBefore: entries.length > limit ? (kept.at(-1)?.id ?? null) : null };
  }

  ledgerEntry(id: number): LedgerEntry | null {
    return this.#ledgerRows('WHERE id = ?', [id])[0] ?? null;
  }

  #ledgerRows(where: string, values: readonly number[]): LedgerEntry[] {
    const text = `SELECT id, received_at, door, peer, code, message, line FROM rejects ${where}`;
    const rows = this.#all({ text, values }) as [
      number,
      number,
      string,
      string,
      string,
      string,
      Uint8Array,
    ][];
    return rows.map(([id, receivedAt, door, peer, code, message, line]) => ({
      id,
      receivedAt,
      door,
      peer,
      code,
      message,
      line,
    }));
  }

  statistics(): Omit<StoreStatistics, 'bytes'> {
    const text = `
      SELECT (SELECT coalesce(sum(count), 0) FROM series)
           + (SELECT count(*) FROM events NOT INDEXED WHERE id > (SELECT value FROM meta WHERE key = 'series_time_upto')),
             (SELECT count(*) FROM rejects), (SELECT value FROM meta WHERE key = 'rejects_forgotten')`;
    const [events, rejects, rejectsForgotten] = this.#all({ text, values: [] })[0] as [
      number,
      number,
      number,
    ];
    return { events, rejects, rejectsForgotten };
  }

  close(): void {
    this.#db.close();
  }

  #select(query: EventQuery, after: Cursor | null, limit: number): Iterable<EventRow> {
    const series = this.#seriesOf(query);
    if (series === 'none') return [];
    // The first page finds out; the following ones know that there are more.
    const few = series === null || after !== null ? null : this.#few(query, series, limit);
    if (few !== null) return few;
    return series !== null && this.#isWorthSeeking(query, series, after)
      ? (this.#iterate(seekBySeries(query, series, after, limit)) as Iterable<EventRow>)
      : this.#scan(query, series, after, limit);
  }

  // In blocks: quicker than row by row. Their size follows that of the rows, so that little is read in vain.
  *#scan(query: EventQuery, series: Sql | null, after: Cursor | null, limit: number): Generator<EventRow> {
    let cursor = after;
    for (let left = limit; left > 0; ) {
      const size = Math.min(left, maxBlockRows, Math.ceil(blockChars / this.#rowChars));
      const rows = this.#all(scanByTime(query, series, cursor, size)) as EventRow[];
      this.#rowChars = Math.max(1, ...rows.map((row) => row[3].length));
      yield* rows;
      const last = rows.at(-1);
      if (rows.length < size || last === undefined) return;
      cursor = { id: last[0], time: last[1] };
      left -= rows.length;
    }
  }

  #few(query: EventQuery, series: Sql, limit: number): EventRow[] | null {
    const rows: EventRow[] = [];
    let chars = 0;
    for (const row of this.#iterate(pickEvents(query, series, maxFewEvents + 1)) as Iterable<EventRow>) {
      chars += row[3].length;
      if (rows.length === maxFewEvents || chars > maxPageBytes) return null;
      rows.push(row);
    }
    const sign = query.order === 'ascending' ? 1 : -1;
    rows.sort(([id, time], [otherId, otherTime]) => sign * (time - otherTime || id - otherId));
    return rows.slice(0, limit);
  }

  #isWorthSeeking(query: EventQuery, series: Sql, after: Cursor | null): boolean {
    if (this.#count(countSeries(series, maxSoughtSeries)) === maxSoughtSeries) return false;
    return this.#count(countSeek(query, series, after, maxSortedEvents)) < maxSortedEvents;
  }

  #seriesOf(query: EventQuery): Sql | 'none' | null {
    return selectSeries(query, (words) =>
      words.filter(
        (word) =>
          this.#all({ text: 'SELECT 1 FROM series_tag WHERE tag = ? LIMIT 1', values: [word] }).length > 0,
      ),
    );
  }

  #count(sql: Sql): number {
    return (this.#all(sql)[0] as [number])[0];
  }

  #all(sql: Sql): unknown[] {
    return this.#prepare(sql).all(sql.values);
  }

  // One row at a time: a page of long events is not held in memory as a whole.
  #iterate(sql: Sql): Iterable<unknown> {
    return this.#prepare(sql).iterate(sql.values);
  }

  #prepare({ text }: Sql): Statement {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      if (this.#statements.size >= maxCachedStatements) this.#statements.clear();
      statement = this.#db.prepare(text).raw();
      this.#statements.set(text, statement);
    }
    return statement;
  }

  #toEvent([id, time, seriesId, description]: EventRow): StoredEvent {
    const { type, tags } = this.#seriesById(seriesId);
    return { id, time, type, tags, description };
  }

  #seriesById(id: number): Series {
    const known = this.#series.get(id);
    if (known !== undefined) return known;
    const row = this.#all({ text: 'SELECT text FROM series WHERE id = ?', values: [id] })[0] as
      | [string]
      | undefined;
    const parsed = parseSeries(row?.[0] ?? '');
    if (!parsed.ok)
      throw new StoreError('DATABASE_DAMAGED', {
        file: this.#file,
        cause: `series ${id} is missing or malformed`,
      });
    if (this.#series.size >= maxCachedSeries) this.#series.clear();
    this.#series.set(id, parsed.value);
    return parsed.value;
  }
}
