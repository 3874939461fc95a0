// Chooses how to find a query's events: by time, by the index of types and tags, or by the index of words.

import { createSearchTest, type StoredEvent } from '@anthracite/protocol/core';
import type { Cursor, EventQuery, SettledQuery } from '../query/event-query';
import { createQueryTest, isSearch } from '../query/query-test';
import { settleQuery } from '../query/settled-query';
import type { Asker } from '../storage/asker';
import { countUpTo, type Sql } from '../storage/sql';
import { Damage } from '../storage/store-error';
import { checkOrder, checkPicked, type Picked } from './row-check';
import type { SeriesOf, SeriesReader } from './series-reader';
import { WordChoice } from './word-choice';

/** A row of `events`, with its description if that is short. */
export type BlockRow = [id: number, time: number, series: number, description: string | null];

/** Feedback from the consumer: the number of events that did not match its search. */
export interface Progress {
  vain: number;
}

/** The input of a selector. */
export interface Selecting {
  readonly query: EventQuery;
  readonly after: Cursor | null;
  /** Infinity when the query searches text: the results are then candidates. */
  readonly limit: number;
  readonly progress: Progress;
  /** False when long descriptions may be empty. */
  readonly withTexts: boolean;
}

// At most this many series are looked up one at a time, however many events there are.
const maxFewSeries = 200;
// With more series, a range with at most this many events is scanned as a whole: it would have to be searched in each
// series.
const maxShortEvents = 20_000;
// With more events, sorting the events that an index picks costs more than walking along the time index.
const maxSortedEvents = 20_000;
const maxSoughtSeries = 10_000;
// After this many events without a match the words are rare, and their index is used.
const maxVainEvents = 2_000;
const maxBlockRows = 100;
/** Bytes of long texts that are read at once; always at least one text. */
const maxTextBytes = 1_048_576;
const noTexts: ReadonlyMap<number, string> = new Map();

export class Selector {
  readonly #asker: Asker;
  readonly #series: SeriesReader;
  readonly #maxShortEvents: number;
  readonly #words: WordChoice;

  constructor(asker: Asker, series: SeriesReader, shortEvents = maxShortEvents) {
    this.#asker = asker;
    this.#series = series;
    this.#maxShortEvents = shortEvents;
    this.#words = new WordChoice(asker);
  }

  /**
   * The query's events after a cursor, in order, in blocks; at most `limit`. When the query searches text they are
   * candidates: the caller tests them and counts in `progress` those that do not match.
   */
  async *select(selecting: Selecting): AsyncGenerator<readonly StoredEvent[]> {
    const settled = await this.#settle(selecting.query);
    if (settled === 'none') return;
    const series = await this.#seriesOf(settled);
    if (series === 'none') return;
    const picked =
      series === null ? null : await this.#pick(settled, series, selecting.after, selecting.limit);
    yield* picked === null ? this.#scan(selecting, series) : this.#read(picked, selecting);
  }

  /** The series that a query selects: null when it does not restrict them, and `'none'` when nothing can match. */
  async seriesOf(query: EventQuery): Promise<Sql | 'none' | null> {
    const settled = await this.#settle(query);
    return settled === 'none' ? 'none' : this.#seriesOf(settled);
  }

  /** The events of rows, in blocks that are small enough for their long texts. */
  async *told(rows: readonly BlockRow[], withTexts: boolean): AsyncGenerator<readonly StoredEvent[]> {
    const long = withTexts ? rows.filter((row) => row[3] === null).map((row) => row[0]) : [];
    if (long.length === 0) {
      yield this.#toEvents(rows, await this.#seriesOfRows(rows), noTexts);
      return;
    }
    const lengths = new Map(await this.#asker.all<[number, number]>(this.#asker.sql.events.lengthsOf(long)));
    let block: BlockRow[] = [];
    let bytes = 0;
    for (const row of rows) {
      block.push(row);
      bytes += row[3] === null ? (lengths.get(row[0]) ?? 0) : 0;
      if (bytes < maxTextBytes) continue;
      yield await this.#withTexts(block);
      block = [];
      bytes = 0;
    }
    if (block.length > 0) yield await this.#withTexts(block);
  }

  // If they are few, without the series whose type or tags have a word that the search excludes: none of their events
  // match.
  async #seriesOf(query: SettledQuery): Promise<Sql | 'none' | null> {
    const sql = this.#asker.sql.series;
    const series = sql.selected(query);
    const excluded = isSearch(query.search) ? query.search.filter(({ isExcluded }) => isExcluded) : [];
    if (series === null || excluded.length === 0 || !(await this.#hasFewSeries(query))) return series;
    const isFound = createSearchTest(excluded);
    const { id: all } = await this.#asker.columns(['id'], sql.idsOf(series));
    const seriesOf = await this.#series.of(all);
    const left = all.filter((id) => isFound({ ...seriesOf(id), description: '' }));
    if (left.length === all.length) return series;
    return left.length === 0 ? 'none' : sql.listed(left);
  }

  #settle(query: EventQuery): Promise<SettledQuery | 'none'> {
    const { occurrenceOf } = this.#asker.sql.series;
    return settleQuery(query, async (word) => (await this.#asker.all(occurrenceOf(word))).length > 0);
  }

  async #hasFewSeries(query: SettledQuery): Promise<boolean> {
    const parts = this.#asker.sql.series.indexedParts(query);
    if (parts === null) return false;
    let left = maxFewSeries;
    for (const part of parts) {
      left -= await this.#asker.number(countUpTo(part, left + 1));
      if (left < 0) return false;
    }
    return true;
  }

  async #isShort(query: EventQuery, after: Cursor | null): Promise<boolean> {
    const most = this.#maxShortEvents;
    return (await this.#asker.number(this.#asker.sql.events.countLeft(query, after, most + 1))) <= most;
  }

  // The query's events in order, if they are few enough to be picked before they are read; otherwise null.
  async #pick(query: SettledQuery, series: Sql, after: Cursor | null, limit: number): Promise<Picked | null> {
    const { seriesLag, countOfSeries, pickedOfSeries } = this.#asker.sql.events;
    const hasFewSeries = await this.#hasFewSeries(query);
    if (!hasFewSeries && (await this.#isShort(query, after))) return this.#pickShort(query, after);
    const isSought =
      hasFewSeries || (await this.#asker.number(countUpTo(series, maxSoughtSeries))) < maxSoughtSeries;
    if (!isSought) return null;
    const isFollowed = (await this.#asker.number(seriesLag)) === 0;
    const most = { after, isFollowed, limit: maxSortedEvents };
    const count = await this.#asker.number(countOfSeries(query, series, most));
    if (count === maxSortedEvents) return null;
    return this.#pickAll(pickedOfSeries(query, series, { ...most, limit }));
  }

  #pickAll(sql: Sql): Promise<Picked> {
    return this.#asker.columns(['id', 'series'], sql);
  }

  // Looks at each series once.
  async #pickShort(query: SettledQuery, after: Cursor | null): Promise<Picked> {
    const { search: _, ...withoutText } = query;
    const test = createQueryTest(withoutText);
    const picked = await this.#pickAll(this.#asker.sql.events.pickedByTime(query, after));
    const seriesOf = await this.#series.of(picked.series);
    const isWanted = new Map<number, boolean>();
    for (const id of picked.series) {
      if (!isWanted.has(id)) isWanted.set(id, test({ ...seriesOf(id), time: query.fromMs, description: '' }));
    }
    const places = [...picked.series.keys()].filter((place) => isWanted.get(picked.series[place] as number));
    const at = (column: readonly number[]): number[] => places.map((place) => column[place] as number);
    return { id: at(picked.id), series: at(picked.series) };
  }

  async *#read(
    picked: Picked,
    { query, after, limit, withTexts }: Selecting,
  ): AsyncGenerator<readonly StoredEvent[]> {
    const { id: ids } = picked;
    let last = after;
    for (let at = 0, left = limit; at < ids.length && left > 0; ) {
      const block = ids.slice(at, at + Math.min(left, maxBlockRows));
      const rows = await this.rows(this.#asker.sql.events.ofIds(block));
      checkPicked(rows, picked, at, block.length);
      checkOrder(rows, query, last);
      last = cursorOf(rows) ?? last;
      yield* this.told(rows, withTexts);
      at += block.length;
      left -= rows.length;
    }
  }

  async *#scan(selecting: Selecting, series: Sql | null): AsyncGenerator<readonly StoredEvent[]> {
    const { query, limit, progress, withTexts } = selecting;
    let cursor = selecting.after;
    let isIndexAsked = false;
    let unwanted: string | null = null;
    for (let left = limit; left > 0; ) {
      if (query.search && !isIndexAsked && progress.vain > maxVainEvents) {
        isIndexAsked = true;
        const question = await this.#words.wanted(query.search);
        if (question !== null) {
          const found = await this.#pickAll(this.#asker.sql.words.picked(query, series, cursor, question));
          yield* this.#read(found, { ...selecting, after: cursor, limit: left });
          return;
        }
        unwanted = await this.#words.unwanted(query.search);
      }
      if (unwanted !== null) {
        const { pickedWithout } = this.#asker.sql.words;
        const picked = await this.#pickAll(pickedWithout(query, series, cursor, unwanted, maxSortedEvents));
        for await (const block of this.#read(picked, { ...selecting, after: cursor, limit: left })) {
          cursor = block.at(-1) ?? cursor;
          left -= block.length;
          yield block;
        }
        if (picked.id.length < maxSortedEvents) return;
        continue;
      }
      const size = Math.min(left, maxBlockRows);
      const rows = await this.rows(this.#asker.sql.events.byTime(query, series, cursor, size));
      checkOrder(rows, query, cursor);
      yield* this.told(rows, withTexts);
      cursor = cursorOf(rows) ?? cursor;
      if (rows.length < size) {
        if (series === null) await this.#checkEnd(query, cursor);
        return;
      }
      left -= rows.length;
    }
  }

  // An index entry with a time beyond the range would end the walk along the index too early.
  async #checkEnd(query: EventQuery, last: Cursor | null): Promise<void> {
    const [beyond] = await this.#asker.all<[number]>(this.#asker.sql.events.lastBeyond(query, last));
    if (beyond !== undefined) throw new Damage(`the index events_by_time ends before event ${beyond[0]}`);
  }

  /** The rows of events that are read in blocks. */
  rows(sql: Sql): Promise<BlockRow[]> {
    return this.#asker.rows<BlockRow>(['id', 'time', 'series', 'description'], sql);
  }

  async #withTexts(rows: readonly BlockRow[]): Promise<readonly StoredEvent[]> {
    const long = rows.filter((row) => row[3] === null).map((row) => row[0]);
    const { textsOf } = this.#asker.sql.events;
    const texts = long.length === 0 ? [] : await this.#asker.all<[number, string]>(textsOf(long));
    return this.#toEvents(rows, await this.#seriesOfRows(rows), new Map(texts));
  }

  #seriesOfRows(rows: readonly BlockRow[]): Promise<SeriesOf> {
    return this.#series.of(rows.map((row) => row[2]));
  }

  #toEvents(
    rows: readonly BlockRow[],
    seriesOf: SeriesOf,
    texts: ReadonlyMap<number, string>,
  ): readonly StoredEvent[] {
    return rows.map((row): StoredEvent => {
      const { type, tags } = seriesOf(row[2]);
      return { id: row[0], time: row[1], type, tags, description: row[3] ?? texts.get(row[0]) ?? '' };
    });
  }
}

function cursorOf(rows: readonly BlockRow[]): Cursor | null {
  const last = rows.at(-1);
  return last === undefined ? null : { id: last[0], time: last[1] };
}
