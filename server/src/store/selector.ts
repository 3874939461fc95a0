// Chooses the way to a query's events: by time, by the index of types and tags, or by the index of words.

import type { Event, Search } from '@anthracite/protocol/core';
import type { Cursor, EventQuery } from './event-store';
import { createQueryTest } from './query-test';
import { toMatch } from './search-index';
import {
  countLeft,
  countMatches,
  countSeek,
  countSeries,
  pickEvents,
  type SettledQuery,
  scanByTime,
  searchLag,
  seekByMatch,
  seekBySeries,
  selectSeries,
  seriesByTime,
  settleQuery,
} from './selection';
import type { Sql } from './sql';
import type { Statements } from './statements';

/** A row of `events`. */
export type SelectedRow = [id: number, time: number, series: number, description: string];

/** How a reader fares with what it gets: it counts the rows that its search did not find. */
export interface Progress {
  vain: number;
}

// A range with no more events than these is looked through by itself, whatever series there are: types and tags that
// match thousands of series would have to be sought in each.
const maxShortEvents = 20_000;
// Up to so many are fetched whole and sorted here, which is the quickest.
const maxFewEvents = 1_000;
const maxFewChars = 1_048_576;
// Beyond these, sorting what an index picks costs more than walking along the time index.
const maxSortedEvents = 20_000;
const maxSoughtSeries = 10_000;
// After so many events in vain the words are rare, and their index is asked.
const maxVainEvents = 5_000;
const maxBlockRows = 100;
const blockChars = 262_144;

export class Selector {
  readonly #statements: Statements;
  readonly #seriesById: (id: number) => Pick<Event, 'type' | 'tags'>;
  readonly #maxShortEvents: number;
  /** The longest description of the last block. */
  #rowChars = 1_024;

  constructor(
    statements: Statements,
    seriesById: (id: number) => Pick<Event, 'type' | 'tags'>,
    shortEvents = maxShortEvents,
  ) {
    this.#statements = statements;
    this.#seriesById = seriesById;
    this.#maxShortEvents = shortEvents;
  }

  /**
   * The query's events in order, at most `limit` of them, which lie behind a cursor. Where the query searches text they
   * are candidates: the caller tests them, counts in `progress` those that are none, and gives no limit.
   */
  select(query: EventQuery, after: Cursor | null, limit: number, progress: Progress): Iterable<SelectedRow> {
    const settled = this.#settle(query);
    if (settled === 'none') return [];
    const series = selectSeries(settled);
    if (series !== null) {
      if (this.#isShort(query, after)) return this.#scanShort(settled, after, limit);
      // The first page finds out; the following ones know that there are more.
      const few = after === null ? this.#few(query, series, limit) : null;
      if (few !== null) return few;
      if (this.#isWorthSeeking(query, series, after)) {
        return this.#statements.iterate(
          seekBySeries(query, series, after, toSqlLimit(limit)),
        ) as Iterable<SelectedRow>;
      }
    }
    return this.#scan(query, series, after, limit, progress);
  }

  /** The series that a query asks for: null where it does not restrict them, and `'none'` where nothing can match. */
  seriesOf(query: EventQuery): Sql | 'none' | null {
    const settled = this.#settle(query);
    return settled === 'none' ? 'none' : selectSeries(settled);
  }

  #settle(query: EventQuery): SettledQuery | 'none' {
    const text = 'SELECT 1 FROM series_tag WHERE tag = ? LIMIT 1';
    return settleQuery(query, (word) => this.#statements.all({ text, values: [word] }).length > 0);
  }

  #isShort(query: EventQuery, after: Cursor | null): boolean {
    const most = this.#maxShortEvents;
    return this.#statements.number(countLeft(query, after, most + 1)) <= most;
  }

  // Each series is looked at once; only of the events that match the rest is read.
  *#scanShort(query: SettledQuery, after: Cursor | null, limit: number): Generator<SelectedRow> {
    const { search: _, ...withoutText } = query;
    const test = createQueryTest(withoutText);
    const isWanted = new Map<number, boolean>();
    let left = limit;
    for (const [id, series] of this.#statements.all(seriesByTime(query, after)) as [number, number][]) {
      let wanted = isWanted.get(series);
      if (wanted === undefined) {
        wanted = test({ ...this.#seriesById(series), time: query.fromMs, description: '' });
        isWanted.set(series, wanted);
      }
      if (!wanted) continue;
      const text = 'SELECT id, time, series, description FROM events WHERE id = ?';
      // One that was deleted since is passed over.
      for (const row of this.#statements.all({ text, values: [id] }) as SelectedRow[]) {
        if (left-- <= 0) return;
        yield row;
      }
    }
  }

  // In blocks: quicker than row by row. Their size follows that of the rows, so that little is read in vain.
  *#scan(
    query: EventQuery,
    series: Sql | null,
    after: Cursor | null,
    limit: number,
    progress: Progress,
  ): Generator<SelectedRow> {
    let cursor = after;
    let isIndexAsked = false;
    for (let left = limit; left > 0; ) {
      if (query.search && !isIndexAsked && progress.vain > maxVainEvents) {
        isIndexAsked = true;
        const match = toMatch(query.search);
        if (match !== null && this.#isRare(match)) {
          yield* this.#statements.iterate(seekByMatch(query, series, cursor, match)) as Iterable<SelectedRow>;
          return;
        }
      }
      const size = Math.min(left, maxBlockRows, Math.ceil(blockChars / this.#rowChars));
      const rows = this.#statements.all(scanByTime(query, series, cursor, size)) as SelectedRow[];
      this.#rowChars = Math.max(1, ...rows.map((row) => row[3].length));
      yield* rows;
      const last = rows.at(-1);
      if (rows.length < size || last === undefined) return;
      cursor = { id: last[0], time: last[1] };
      left -= rows.length;
    }
  }

  #few(query: EventQuery, series: Sql, limit: number): SelectedRow[] | null {
    const rows: SelectedRow[] = [];
    let chars = 0;
    const picked = this.#statements.iterate(pickEvents(query, series, maxFewEvents + 1));
    for (const row of picked as Iterable<SelectedRow>) {
      chars += row[3].length;
      if (rows.length === maxFewEvents || chars > maxFewChars) return null;
      rows.push(row);
    }
    const sign = query.order === 'ascending' ? 1 : -1;
    rows.sort(([id, time], [otherId, otherTime]) => sign * (time - otherTime || id - otherId));
    return rows.slice(0, limit);
  }

  #isWorthSeeking(query: EventQuery, series: Sql, after: Cursor | null): boolean {
    if (this.#statements.number(countSeries(series, maxSoughtSeries)) === maxSoughtSeries) return false;
    return this.#statements.number(countSeek(query, series, after, maxSortedEvents)) < maxSortedEvents;
  }

  #isRare(match: string): boolean {
    if (this.#statements.number(searchLag) > maxSortedEvents) return false;
    return this.#statements.number(countMatches(match, maxSortedEvents)) < maxSortedEvents;
  }
}

/** Whether a search restricts anything. */
export function isSearch(search: Search | null | undefined): search is Search {
  return Array.isArray(search) && search.length > 0;
}

// SQLite takes a negative limit as none.
function toSqlLimit(limit: number): number {
  return Number.isFinite(limit) ? limit : -1;
}
