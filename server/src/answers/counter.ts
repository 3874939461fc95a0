// Counts events, if possible without reading them.

import type { StoredEvent } from '@anthracite/protocol/core';
import type { EventQuery } from '../query/event-query';
import { isSearch } from '../query/query-test';
import { lengthOf, type SplitBins, splitBins } from '../query/whole-hours';
import type { Asker } from '../storage/asker';
import { hourMs } from '../storage/hour-counts';
import type { Sql } from '../storage/sql';
import { StoreError } from '../storage/store-error';
import type { CountBy, Counts, Reach } from './answers';
import { KeptCounts } from './kept-counts';
import { maxSearchedEvents, type Reader } from './reader';
import { checkTimes } from './row-check';
import { Selector } from './selector';
import type { SeriesReader } from './series-reader';
import { type Counted, type Sum, Sums } from './sums';

const maxSeconds = 1_000_000;
// Number of series ids in one query.
const maxReadAtOnce = 100_000;
const seriesAtOnce = 1_000;
// Kept counts of whole hours are used if the rest, which is counted, is at most this part of the range.
const maxRest = 0.2;
// Up to this many events of a few series are counted faster than their kept counts are found among those of all series.
const maxFewEvents = 5_000;
const maxFewSeries = 2_000;

export class Counter {
  readonly #asker: Asker;
  readonly #reader: Reader;
  readonly #series: SeriesReader;
  readonly #selector: Selector;
  readonly #kept: KeptCounts;
  readonly #maxReadAtOnce: number;
  readonly #maxSearched: number;

  constructor(
    asker: Asker,
    series: SeriesReader,
    reader: Reader,
    limit = maxReadAtOnce,
    maxSearched = maxSearchedEvents,
  ) {
    this.#asker = asker;
    this.#reader = reader;
    this.#series = series;
    this.#selector = new Selector(asker, series);
    this.#kept = new KeptCounts(asker, series);
    this.#maxReadAtOnce = limit;
    this.#maxSearched = maxSearched;
  }

  /** Pairs of a whole second and its count, flattened into one array. For queries without a text search. */
  async countBySecond(query: EventQuery): Promise<Float64Array> {
    const series = await this.#selector.seriesOf(query);
    if (series === 'none') return new Float64Array(0);
    const counts: number[] = [];
    let last = Number.NEGATIVE_INFINITY;
    for await (const block of this.#asker.blocks<TimeRow>(
      this.#asker.sql.events.countByTime(query, series),
    )) {
      for (const [time, count] of block) {
        checkTimes([last, time]);
        last = time;
        const second = Math.floor(time / 1000);
        const end = counts.length - 1;
        if (counts[end - 1] === second) counts[end] = (counts[end] ?? 0) + count;
        else counts.push(second, count);
        if (counts.length > maxSeconds * 2) throw new StoreError('TOO_MANY_SECONDS', { limit: maxSeconds });
      }
    }
    return new Float64Array(counts);
  }

  /** Counts events by units of time, and by type or the values of a tag's key. */
  async counts(query: EventQuery, unitMs: number, by: CountBy): Promise<Counts> {
    return { ...(await this.#countUnits(query, unitMs, by)), reach: await this.#reach(query) };
  }

  async #countUnits(query: EventQuery, unitMs: number, by: CountBy): Promise<Sum> {
    const sums = new Sums(by);
    if (isSearch(query.search)) {
      // In order of time, as in the counts without a text search.
      for await (const block of this.#search({ ...query, order: 'ascending' })) {
        for (const event of block) sums.add(Math.floor(event.time / unitMs), event, 1);
      }
      return sums.toCounts();
    }
    const series = await this.#selector.seriesOf(query);
    if (series === 'none') return sums.toCounts();
    const { fromMs, untilMs } = query;
    const split = unitMs % hourMs === 0 && fromMs < untilMs ? splitBins([fromMs, untilMs], hourMs) : null;
    const slotAt = (time: number): number => Math.floor(time / unitMs);
    if (split === null || !(await this.#addKept(query, split, series, slotAt, sums)))
      await this.#addRows(this.#asker.sql.events.countBySeries(query, series, unitMs), sums, 0);
    return sums.toCounts();
  }

  /**
   * Counts events in consecutive bins, by type or the values of a tag's key. Each bin includes its lower bound and
   * excludes its upper bound. Slots are indexes of bins. The query's own range is ignored.
   */
  async countsBetween(query: EventQuery, bounds: readonly number[], by: CountBy): Promise<Counts> {
    const range = { fromMs: bounds[0] ?? 0, untilMs: bounds.at(-1) ?? 0 };
    return { ...(await this.#countBins(query, bounds, by)), reach: await this.#reach(range) };
  }

  async #countBins(query: EventQuery, bounds: readonly number[], by: CountBy): Promise<Sum> {
    const sums = new Sums(by);
    const end = bounds.length - 1;
    const within = (from: number, until: number): EventQuery => ({
      ...query,
      fromMs: bounds[from] ?? 0,
      untilMs: bounds[until] ?? 0,
    });
    if (isSearch(query.search)) {
      let bin = 0;
      for await (const block of this.#search({ ...within(0, end), order: 'ascending' })) {
        for (const event of block) {
          while (event.time >= (bounds[bin + 1] ?? Number.POSITIVE_INFINITY)) bin++;
          sums.add(bin, event, 1);
        }
      }
      return sums.toCounts();
    }
    const series = await this.#selector.seriesOf(query);
    if (series === 'none') return sums.toCounts();
    const split = splitBins(bounds, hourMs);
    if (await this.#addKept(within(0, end), split, series, (_, bin) => bin, sums)) return sums.toCounts();
    if (series === null && !this.#asker.sql.isRemote) {
      for (let bin = 0; bin < end; bin++) await this.#addBin(within(bin, bin + 1), bin, by, sums);
      return sums.toCounts();
    }
    const lengthAt = (bin: number): number => (bounds[bin + 1] ?? Number.NaN) - (bounds[bin] ?? 0);
    // Bins of one length are counted together: in a year of days, all except the days on which the clocks change.
    for (let first = 0, next = 1; first < end; first = next++) {
      while (lengthAt(next) === lengthAt(first)) next++;
      const { countBySeries } = this.#asker.sql.events;
      const run = countBySeries(within(first, next), series, lengthAt(first), bounds[first]);
      await this.#addRows(run, sums, first);
    }
    return sums.toCounts();
  }

  // The counts stay the same while the ends of the range pass no event.
  async #reach({ fromMs, untilMs }: Pick<EventQuery, 'fromMs' | 'untilMs'>): Promise<Reach> {
    return {
      fromMs: await this.#reader.nextTime(fromMs),
      untilMs: await this.#reader.nextTime(untilMs),
      now: Number.POSITIVE_INFINITY,
    };
  }

  // Adds the kept counts of the whole hours of bins, and counts the rest; false when that is slower than to count all.
  async #addKept(
    query: EventQuery,
    split: SplitBins,
    series: Sql | null,
    slotAt: (timeMs: number, bin: number) => number,
    sums: Sums,
  ): Promise<boolean> {
    if (lengthOf(split.rests) >= maxRest * lengthOf(split.whole) || !(await this.#kept.areReady()))
      return false;
    const { sql } = this.#asker;
    let ids: readonly number[] | null = null;
    if (series !== null) {
      ids = (await this.#asker.columns(['id'], sql.series.idsOf(series))).id;
      if (ids.length <= maxFewSeries && (await this.#hasFewEvents(query, sql.series.listed(ids))))
        return false;
    }
    await this.#kept.add(split, slotAt, ids, sums);
    return true;
  }

  async #hasFewEvents(query: EventQuery, series: Sql): Promise<boolean> {
    const { countOfSeries, seriesLag } = this.#asker.sql.events;
    const isFollowed = (await this.#asker.number(seriesLag)) === 0;
    const seek = { after: null, isFollowed, limit: maxFewEvents };
    return (await this.#asker.number(countOfSeries(query, series, seek))) < maxFewEvents;
  }

  #search(query: EventQuery): AsyncIterable<readonly StoredEvent[]> {
    return this.#reader.blocks(query, null, this.#maxSearched);
  }

  async #addRows(sql: Sql, sums: Sums, firstSlot: number): Promise<void> {
    for await (const block of this.#asker.blocks<SlotRow>(sql)) {
      const seriesOf = await this.#series.of(block.map(([, series]) => series));
      for (const [slot, series, count] of block) sums.add(firstSlot + slot, seriesOf(series), count);
    }
  }

  async #addBin(range: EventQuery, bin: number, by: CountBy, sums: Sums): Promise<void> {
    if (by === null) {
      const count = await this.#asker.number(this.#asker.sql.events.countRange(range));
      if (count > 0) sums.add(bin, nameless, count);
    } else await this.#addRange(range, bin, sums);
  }

  // Adds all events of a range to one bin. A range with very many events is split in halves to limit memory; a series
  // may occur in both.
  async #addRange(range: EventQuery, bin: number, sums: Sums): Promise<void> {
    const { fromMs, untilMs } = range;
    const { countRange, seriesOfRange } = this.#asker.sql.events;
    if (untilMs - fromMs > 1 && (await this.#asker.number(countRange(range))) > this.#maxReadAtOnce) {
      const middle = Math.floor((fromMs + untilMs) / 2);
      await this.#addRange({ ...range, untilMs: middle }, bin, sums);
      await this.#addRange({ ...range, fromMs: middle }, bin, sums);
      return;
    }
    const counts = new Map<number, number>();
    const { series } = await this.#asker.columns(['series'], seriesOfRange(range));
    for (const id of series) counts.set(id, (counts.get(id) ?? 0) + 1);
    const ids = [...counts.keys()];
    for (let from = 0; from < ids.length; from += seriesAtOnce) {
      const some = ids.slice(from, from + seriesAtOnce);
      const seriesOf = await this.#series.of(some);
      for (const id of some) sums.add(bin, seriesOf(id), counts.get(id) as number);
    }
  }
}

type TimeRow = readonly [time: number, count: number];
type SlotRow = readonly [slot: number, series: number, count: number];

const nameless: Counted = { type: '', tags: [] };
