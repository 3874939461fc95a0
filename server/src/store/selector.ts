// Chooses the way to a query's events: by time, by the index of types and tags, or by the index of words.

import { createSearchTest, type Event, type Search } from '@anthracite/protocol/core';
import type { Cursor, EventQuery } from './event-store';
import { createQueryTest } from './query-test';
import { checkOrder, checkPicked, type Picked } from './row-check';
import {
  countLeft,
  countOfSeries,
  countUpTo,
  eventsOfIds,
  indexedParts,
  lastBeyond,
  pickedByTime,
  pickedOfMatch,
  pickedOfSeries,
  pickedWithout,
  type SettledQuery,
  scanByTime,
  selectSeries,
  seriesLag,
  settleQuery,
} from './selection';
import { type Sql, wrapSql } from './sql';
import type { Statements } from './statements';
import { Damage } from './store-error';
import { WordChoice } from './word-choice';

/** A row of `events`, with its description if that is short. */
type BlockRow = [id: number, time: number, series: number, description: string | null];
/** A row of `events`. */
export type SelectedRow = [id: number, time: number, series: number, description: string];

/** How a reader fares with what it gets: it counts the rows that its search did not find. */
export interface Progress {
  vain: number;
}

// So few series are sought one by one, however many events there are.
const maxFewSeries = 200;
// Of more, a range with no more events than these is looked through by itself: they would have to be sought in each.
const maxShortEvents = 20_000;
// Beyond these, sorting what an index picks costs more than walking along the time index.
const maxSortedEvents = 20_000;
const maxSoughtSeries = 10_000;
// After so many events in vain the words are rare, and their index is asked.
const maxVainEvents = 2_000;
const maxBlockRows = 100;

export class Selector {
  readonly #statements: Statements;
  readonly #seriesById: (id: number) => Pick<Event, 'type' | 'tags'>;
  readonly #maxShortEvents: number;
  readonly #words: WordChoice;

  constructor(
    statements: Statements,
    seriesById: (id: number) => Pick<Event, 'type' | 'tags'>,
    shortEvents = maxShortEvents,
  ) {
    this.#statements = statements;
    this.#seriesById = seriesById;
    this.#maxShortEvents = shortEvents;
    this.#words = new WordChoice(statements);
  }

  /**
   * The query's events in order, at most `limit` of them, which lie behind a cursor. Where the query searches text they
   * are candidates: the caller tests them, counts in `progress` those that are none, and gives no limit. Without `withTexts`
   * long descriptions are empty.
   */
  select(
    query: EventQuery,
    after: Cursor | null,
    limit: number,
    progress: Progress,
    withTexts = true,
  ): Iterable<SelectedRow> {
    const settled = this.#settle(query);
    if (settled === 'none') return [];
    const series = this.#seriesOf(settled);
    if (series === 'none') return [];
    const picked = series === null ? null : this.#pick(settled, series, after, limit);
    return picked === null
      ? this.#scan(query, series, after, limit, progress, withTexts)
      : this.#read(picked, query, after, limit, withTexts);
  }

  /** The series that a query asks for: null where it does not restrict them, and `'none'` where nothing can match. */
  seriesOf(query: EventQuery): Sql | 'none' | null {
    const settled = this.#settle(query);
    return settled === 'none' ? 'none' : this.#seriesOf(settled);
  }

  // Where they are few, without those whose type or tags have a word that the search excludes: no event of theirs is found.
  #seriesOf(query: SettledQuery): Sql | 'none' | null {
    const series = selectSeries(query);
    const excluded = isSearch(query.search) ? query.search.filter(({ isExcluded }) => isExcluded) : [];
    if (series === null || excluded.length === 0 || !this.#hasFewSeries(query)) return series;
    const isFound = createSearchTest(excluded);
    const { id: all } = this.#statements.columns(
      ['id'],
      wrapSql('SELECT id FROM series WHERE id IN (', series, ')'),
    );
    const left = all.filter((id) => isFound({ ...this.#seriesById(id), description: '' }));
    if (left.length === all.length) return series;
    if (left.length === 0) return 'none';
    return { text: 'SELECT value FROM json_each(?)', values: [JSON.stringify(left)] };
  }

  #settle(query: EventQuery): SettledQuery | 'none' {
    const text = 'SELECT 1 FROM series_tag WHERE tag = ? LIMIT 1';
    return settleQuery(query, (word) => this.#statements.all({ text, values: [word] }).length > 0);
  }

  #hasFewSeries(query: SettledQuery): boolean {
    const parts = indexedParts(query);
    if (parts === null) return false;
    let left = maxFewSeries;
    for (const part of parts) {
      left -= this.#statements.number(countUpTo(part, left + 1));
      if (left < 0) return false;
    }
    return true;
  }

  #isShort(query: EventQuery, after: Cursor | null): boolean {
    const most = this.#maxShortEvents;
    return this.#statements.number(countLeft(query, after, most + 1)) <= most;
  }

  // Of the query's events in order, where they are few enough to be picked before they are read; null where they are not.
  #pick(query: SettledQuery, series: Sql, after: Cursor | null, limit: number): Picked | null {
    const hasFewSeries = this.#hasFewSeries(query);
    if (!hasFewSeries && this.#isShort(query, after)) return this.#pickShort(query, after);
    const isSought =
      hasFewSeries || this.#statements.number(countUpTo(series, maxSoughtSeries)) < maxSoughtSeries;
    if (!isSought) return null;
    const seek = { after, isFollowed: this.#statements.number(seriesLag) === 0, limit: maxSortedEvents };
    if (this.#statements.number(countOfSeries(query, series, seek)) === maxSortedEvents) return null;
    return this.#pickAll(pickedOfSeries(query, series, { ...seek, limit: toSqlLimit(limit) }));
  }

  #pickAll(sql: Sql): Picked {
    return this.#statements.columns(['id', 'series'], sql);
  }

  // Each series is looked at once.
  #pickShort(query: SettledQuery, after: Cursor | null): Picked {
    const { search: _, ...withoutText } = query;
    const test = createQueryTest(withoutText);
    const isWanted = new Map<number, boolean>();
    const picked = this.#pickAll(pickedByTime(query, after));
    const places = [...picked.series.keys()].filter((place) => {
      const seriesId = picked.series[place] as number;
      let known = isWanted.get(seriesId);
      if (known === undefined) {
        known = test({ ...this.#seriesById(seriesId), time: query.fromMs, description: '' });
        isWanted.set(seriesId, known);
      }
      return known;
    });
    const at = (column: readonly number[]): number[] => places.map((place) => column[place] as number);
    return { id: at(picked.id), series: at(picked.series) };
  }

  // In blocks, as below.
  *#read(
    picked: Picked,
    query: EventQuery,
    after: Cursor | null,
    limit: number,
    withTexts: boolean,
  ): Generator<SelectedRow> {
    const { id: ids } = picked;
    let last = after;
    for (let at = 0, left = limit; at < ids.length && left > 0; ) {
      const block = ids.slice(at, at + Math.min(left, maxBlockRows));
      const rows = this.#rows(eventsOfIds(block));
      checkPicked(rows, picked, at, block.length);
      checkOrder(rows, query, last);
      const end = rows.at(-1) as BlockRow;
      last = { id: end[0], time: end[1] };
      yield* this.#told(rows, withTexts);
      at += block.length;
      left -= rows.length;
    }
  }

  // In blocks: quicker than row by row.
  *#scan(
    query: EventQuery,
    series: Sql | null,
    after: Cursor | null,
    limit: number,
    progress: Progress,
    withTexts: boolean,
  ): Generator<SelectedRow> {
    let cursor = after;
    let isIndexAsked = false;
    let unwanted: string | null = null;
    for (let left = limit; left > 0; ) {
      if (query.search && !isIndexAsked && progress.vain > maxVainEvents) {
        isIndexAsked = true;
        const match = this.#words.wanted(query.search);
        if (match !== null) {
          const found = this.#pickAll(pickedOfMatch(query, series, cursor, match));
          yield* this.#read(found, query, cursor, left, withTexts);
          return;
        }
        unwanted = this.#words.unwanted(query.search);
      }
      if (unwanted !== null) {
        const picked = this.#pickAll(pickedWithout(query, series, cursor, unwanted, maxSortedEvents));
        for (const row of this.#read(picked, query, cursor, left, withTexts)) {
          cursor = { id: row[0], time: row[1] };
          left--;
          yield row;
        }
        if (picked.id.length < maxSortedEvents) return;
        continue;
      }
      const size = Math.min(left, maxBlockRows);
      const rows = this.#rows(scanByTime(query, series, cursor, size));
      checkOrder(rows, query, cursor);
      yield* this.#told(rows, withTexts);
      const last = rows.at(-1);
      if (last !== undefined) cursor = { id: last[0], time: last[1] };
      if (rows.length < size) {
        if (series === null) this.#checkEnd(query, cursor);
        return;
      }
      left -= rows.length;
    }
  }

  // An entry that says a time beyond the range ends the way along the index too early.
  #checkEnd(query: EventQuery, last: Cursor | null): void {
    const [beyond] = this.#statements.all(lastBeyond(query, last)) as [number][];
    if (beyond !== undefined) throw new Damage(`the index events_by_time ends before event ${beyond[0]}`);
  }

  #rows(sql: Sql): BlockRow[] {
    return this.#statements.rows<BlockRow>(['id', 'time', 'series', 'description'], sql);
  }

  // A long text is read when its row is handed over, and forgotten with it: one is in memory at a time.
  *#told(rows: readonly BlockRow[], withTexts: boolean): Generator<SelectedRow> {
    for (const row of rows) {
      if (row[3] !== null) {
        yield row as SelectedRow;
        continue;
      }
      if (!withTexts) {
        yield [row[0], row[1], row[2], ''];
        continue;
      }
      const [text] = (this.#statements.all({
        text: 'SELECT description FROM events WHERE id = ?',
        values: [row[0]],
      })[0] ?? []) as [string?];
      if (text !== undefined) yield [row[0], row[1], row[2], text];
    }
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
