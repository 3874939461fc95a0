// Chooses how to find a query's events: by time, by the index of types and tags, or by the index of words.

import type { StoredEvent } from '@anthracite/protocol/core';
import type { Cursor, EventQuery, SettledQuery } from '../query/event-query';
import { createQueryTest, isSearch } from '../query/query-test';
import type { Asker } from '../storage/asker';
import type { WrittenForm } from '../storage/dialect';
import type { Sql } from '../storage/sql';
import { checkOrder, checkPicked, type Picked } from './row-check';
import { type BlockRow, RowReader } from './row-reader';
import { type ChosenSeries, SeriesChoice } from './series-choice';
import type { SeriesReader } from './series-reader';
import { type Block, TimeScan } from './time-scan';
import { WordChoice } from './word-choice';

/** Feedback from the consumer. */
export interface Progress {
  /** Number of events that did not match its search. */
  vain: number;
  /** True when it only needs to know whether there is another event. */
  isEnough: boolean;
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
  /** How the database may write the events; null when the consumer needs them as objects. */
  readonly form: WrittenForm | null;
}

/** Candidates in order, and whether they come from a walk along the time index. */
interface Source {
  readonly blocks: AsyncGenerator<Block>;
  readonly isScan: boolean;
}

/** Limits from which on other ways are faster. */
export interface SelectorLimits {
  /**
   * With many series, a range with at most this many events is scanned as a whole: it would have to be searched in each
   * series.
   */
  readonly shortEvents: number;
  /** With more series, their events are not sought, but picked from those of all series. */
  readonly soughtSeries: number;
}

const usualLimits: SelectorLimits = { shortEvents: 20_000, soughtSeries: 10_000 };
// With more events, sorting the events that an index picks costs more than walking along the time index.
const maxSortedEvents = 20_000;
// Where a page is found among this many events, they are only sorted if they are at most as many as the second number.
const maxWalkedEvents = 20_000;
const maxSortedOfFrequent = 2_000;
// Events of a page that a search is expected to read.
const searchedEvents = 1_000;
// Events that the index of series does not contain yet are read: up to this many at once.
const maxQuickLag = 2_000;
const minWalkedAtOnce = 2_000;
const maxBlockRows = 100;

export class Selector {
  readonly #asker: Asker;
  readonly #series: SeriesReader;
  readonly #limits: SelectorLimits;
  readonly #choice: SeriesChoice;
  readonly #rows: RowReader;
  readonly #scan: TimeScan;

  constructor(asker: Asker, series: SeriesReader, limits: Partial<SelectorLimits> = {}) {
    this.#asker = asker;
    this.#series = series;
    this.#limits = { ...usualLimits, ...limits };
    this.#choice = new SeriesChoice(asker, series);
    this.#rows = new RowReader(asker, series);
    this.#scan = new TimeScan(asker, series, this.#rows);
  }

  /**
   * The query's events after a cursor, in order, in blocks; at most `limit`. When the query searches text they are
   * candidates: the caller tests them and counts in `progress` those that do not match.
   */
  select(selecting: Selecting & { readonly form: null }): AsyncGenerator<readonly StoredEvent[]>;
  select(selecting: Selecting): AsyncGenerator<Block>;
  async *select(selecting: Selecting): AsyncGenerator<Block> {
    const chosen = await this.#choice.choose(selecting.query);
    if (chosen === 'none') return;
    const { search } = selecting.query;
    if (isSearch(search)) yield* this.#search(selecting, chosen, new WordChoice(this.#asker, search));
    else yield* (await this.#source(selecting, chosen)).blocks;
  }

  /** The series that a query selects: null when it does not restrict them, and `'none'` when nothing can match. */
  async seriesOf(query: EventQuery): Promise<Sql | 'none' | null> {
    const chosen = await this.#choice.choose(query);
    return chosen === 'none' ? 'none' : chosen.series;
  }

  // Reads candidates until the index of words finds them faster.
  async *#search(selecting: Selecting, chosen: ChosenSeries, words: WordChoice): AsyncGenerator<Block> {
    const first = await words.wanted(0, 0);
    if (first !== null) {
      yield* this.#found(selecting, chosen, first);
      return;
    }
    const { blocks, isScan } = await this.#source(selecting, chosen);
    const { progress } = selecting;
    let isLeftToScan = isScan;
    let read = 0;
    let rest = selecting;
    for await (const block of blocks) {
      yield block;
      rest = { ...rest, after: ('bytes' in block ? block.last : block.at(-1)) ?? rest.after };
      read += 'bytes' in block ? block.count : block.length;
      const question = await words.wanted(progress.vain, read - progress.vain);
      if (question !== null) {
        yield* this.#found(rest, chosen, question);
        return;
      }
      if (!isLeftToScan || !words.isDecided) continue;
      isLeftToScan = false;
      const unwanted = await words.unwanted();
      if (unwanted !== null) {
        yield* this.#scanWithout(rest, chosen, unwanted);
        return;
      }
    }
  }

  // The fastest way to a query's events without the index of words.
  async #source(selecting: Selecting, { query, series }: ChosenSeries): Promise<Source> {
    if (series === null) return { blocks: this.#scan.blocks(selecting, null), isScan: true };
    const { after, limit } = selecting;
    const asPicked = (picked: Picked): Source => ({ blocks: this.#read(picked, selecting), isScan: false });
    let sought = series;
    if (!(await this.#choice.areFew(query))) {
      if (await this.#isShort(query, after)) return asPicked(await this.#pickShort(query, after));
      const { id: ids } = await this.#asker.columns(['id'], this.#asker.sql.series.idsOf(series));
      if (ids.length === 0) return asPicked({ id: [], series: [] });
      if (ids.length >= this.#limits.soughtSeries)
        return { blocks: this.#walk(selecting, new Set(ids)), isScan: false };
      sought = this.#asker.sql.series.listed(ids);
    }
    const most = await this.#mostSorted(sought, limit);
    const { countOfSeries, pickedOfSeries, seriesLag } = this.#asker.sql.events;
    const seek = { after, isFollowed: (await this.#asker.number(seriesLag)) === 0 };
    if (
      most !== null &&
      (await this.#asker.number(countOfSeries(query, sought, { ...seek, limit: most }))) === most
    )
      return { blocks: this.#scan.blocks(selecting, sought), isScan: true };
    return asPicked(await this.#pickAll(pickedOfSeries(query, sought, { ...seek, limit })));
  }

  // From how many events of some series on walking along the time index is faster than to sort them; null when they have
  // fewer in all.
  async #mostSorted(series: Sql, limit: number): Promise<number | null> {
    const { events, series: seriesSql } = this.#asker.sql;
    const total = await this.#asker.number(seriesSql.totalOf(series));
    if (total < maxSortedEvents && (await this.#asker.number(events.seriesLag)) <= maxQuickLag) return null;
    const all = await this.#asker.number(events.lastId);
    const walked = (Math.min(limit, searchedEvents) * all) / total;
    return walked < maxWalkedEvents ? maxSortedOfFrequent : maxSortedEvents;
  }

  async #isShort(query: EventQuery, after: Cursor | null): Promise<boolean> {
    const most = this.#limits.shortEvents;
    return (await this.#asker.number(this.#asker.sql.events.countLeft(query, after, most + 1))) <= most;
  }

  #pickAll(sql: Sql): Promise<Picked> {
    return this.#asker.columns(['id', 'series'], sql);
  }

  async #pickShort(query: SettledQuery, after: Cursor | null): Promise<Picked> {
    const { pickedByTime } = this.#asker.sql.events;
    return this.#only(await this.#pickAll(pickedByTime(query, after, Number.POSITIVE_INFINITY)), query);
  }

  // The events whose series the query selects. Looks at each series once.
  async #only(picked: Picked, query: SettledQuery): Promise<Picked> {
    const { search: _, ...withoutText } = query;
    const test = createQueryTest(withoutText);
    const seriesOf = await this.#series.of(picked.series);
    const isWanted = new Map<number, boolean>();
    for (const id of picked.series) {
      if (!isWanted.has(id)) isWanted.set(id, test({ ...seriesOf(id), time: query.fromMs, description: '' }));
    }
    return filterPicked(picked, (series) => isWanted.get(series) === true);
  }

  // The events that the index of words finds, and those that it does not contain yet.
  async *#found(
    selecting: Selecting,
    { query, series }: ChosenSeries,
    question: string,
  ): AsyncGenerator<readonly StoredEvent[]> {
    const all = await this.#pickAll(this.#asker.sql.words.picked(query, selecting.after, question));
    yield* this.#read(series === null ? all : await this.#only(all, query), selecting);
  }

  // Walks along the time index, and leaves out other series.
  async *#walk(selecting: Selecting, series: ReadonlySet<number>): AsyncGenerator<readonly StoredEvent[]> {
    const { query } = selecting;
    let { after, limit: left } = selecting;
    for (let size = minWalkedAtOnce; left > 0; size = Math.min(maxWalkedEvents, 2 * size)) {
      const sql = this.#asker.sql.events.pickedByTime(query, after, size);
      const { time, ...picked } = await this.#asker.columns(['id', 'series', 'time'], sql);
      const wanted = filterPicked(picked, (id) => series.has(id));
      yield* this.#read(wanted, { ...selecting, after, limit: left });
      if (picked.id.length < size) return;
      left -= wanted.id.length;
      after = { id: picked.id.at(-1) as number, time: time.at(-1) as number };
    }
  }

  async *#read(
    picked: Picked,
    { query, after, limit, withTexts }: Selecting,
  ): AsyncGenerator<readonly StoredEvent[]> {
    const { id: ids } = picked;
    let last = after;
    for (let at = 0, left = limit; at < ids.length && left > 0; ) {
      const block = ids.slice(at, at + Math.min(left, maxBlockRows));
      const rows = await this.#rows.rows(this.#asker.sql.events.ofIds(block));
      checkPicked(rows, picked, at, block.length);
      checkOrder(rows, query, last);
      last = cursorOf(rows) ?? last;
      yield* this.#rows.told(rows, withTexts);
      at += block.length;
      left -= rows.length;
    }
  }

  // The events along the time index, without those that the index of words finds.
  async *#scanWithout(
    selecting: Selecting,
    { query, series }: ChosenSeries,
    unwanted: string,
  ): AsyncGenerator<readonly StoredEvent[]> {
    for (let { after } = selecting; ; ) {
      const { pickedWithout } = this.#asker.sql.words;
      const picked = await this.#pickAll(pickedWithout(query, series, after, unwanted, maxSortedEvents));
      for await (const block of this.#read(picked, { ...selecting, after })) {
        after = block.at(-1) ?? after;
        yield block;
      }
      if (picked.id.length < maxSortedEvents) return;
    }
  }
}

function cursorOf(rows: readonly BlockRow[]): Cursor | null {
  const last = rows.at(-1);
  return last === undefined ? null : { id: last[0], time: last[1] };
}

function filterPicked({ id, series }: Picked, isWanted: (series: number) => boolean): Picked {
  const places = [...series.keys()].filter((place) => isWanted(series[place] as number));
  const at = (column: readonly number[]): number[] => places.map((place) => column[place] as number);
  return { id: at(id), series: at(series) };
}
