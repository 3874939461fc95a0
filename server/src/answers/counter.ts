// Counts events, if possible without reading them.

import type { StoredEvent } from '@anthracite/protocol/core';
import { ownText } from '../own-text';
import type { EventQuery } from '../query/event-query';
import { isSearch } from '../query/query-test';
import type { Asker } from '../storage/asker';
import type { Sql } from '../storage/sql';
import { StoreError } from '../storage/store-error';
import type { Counts } from './answers';
import { maxSearchedEvents, type Reader } from './reader';
import { checkTimes } from './row-check';
import { Selector } from './selector';
import type { Series, SeriesReader } from './series-reader';

const maxSeconds = 1_000_000;
// Number of series ids in one query.
const maxReadAtOnce = 100_000;
const seriesAtOnce = 1_000;
const maxCounts = 200_000;
/** Maximum characters of the names of all counts together. */
const maxNameChars = 8_388_608;

/** The parts of an event that counts need. */
type Counted = Pick<Series, 'type' | 'tags'>;

export class Counter {
  readonly #asker: Asker;
  readonly #reader: Reader;
  readonly #series: SeriesReader;
  readonly #selector: Selector;
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
  async counts(query: EventQuery, unitMs: number, by: string | null): Promise<Counts> {
    const sums = new Sums(by);
    if (isSearch(query.search)) {
      // In order of time, as in the counts without a text search.
      for await (const block of this.#search({ ...query, order: 'ascending' })) {
        for (const event of block) sums.add(Math.floor(event.time / unitMs), event, 1);
      }
      return sums.toCounts();
    }
    const series = await this.#selector.seriesOf(query);
    if (series !== 'none') {
      await this.#addRows(this.#asker.sql.events.countBySeries(query, series, unitMs), sums, 0);
    }
    return sums.toCounts();
  }

  /**
   * Counts events in consecutive bins, by type or the values of a tag's key. Each bin includes its lower bound and
   * excludes its upper bound. Slots are indexes of bins. The query's own range is ignored.
   */
  async countsBetween(query: EventQuery, bounds: readonly number[], by: string | null): Promise<Counts> {
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
    if (series === null) {
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

  #search(query: EventQuery): AsyncIterable<readonly StoredEvent[]> {
    return this.#reader.blocks(query, null, this.#maxSearched);
  }

  async #addRows(sql: Sql, sums: Sums, firstSlot: number): Promise<void> {
    for await (const block of this.#asker.blocks<SlotRow>(sql)) {
      const seriesOf = await this.#series.of(block.map(([, series]) => series));
      for (const [slot, series, count] of block) sums.add(firstSlot + slot, seriesOf(series), count);
    }
  }

  async #addBin(range: EventQuery, bin: number, by: string | null, sums: Sums): Promise<void> {
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

/** Adds up events that come in order of time. */
class Sums {
  readonly #by: string | null;
  readonly #names = new Map<string, number>();
  readonly #columns: { readonly nameOf: number[]; readonly slots: number[]; readonly counts: number[] } = {
    nameOf: [],
    slots: [],
    counts: [],
  };
  #slot = Number.NaN;
  #nameChars = 0;
  /** Name -> index into the columns, for the current slot. */
  readonly #places = new Map<number, number>();

  constructor(by: string | null) {
    this.#by = by;
  }

  add(slot: number, series: Counted, count: number): void {
    if (slot !== this.#slot) {
      this.#slot = slot;
      this.#places.clear();
    }
    for (const name of namesOf(series, this.#by)) this.#addTo(this.#idOf(name), count);
  }

  toCounts(): Counts {
    const { nameOf, slots, counts } = this.#columns;
    return {
      names: [...this.#names.keys()],
      nameOf: Uint32Array.from(nameOf),
      slots: Float64Array.from(slots),
      counts: Float64Array.from(counts),
    };
  }

  #addTo(name: number, count: number): void {
    const { nameOf, slots, counts } = this.#columns;
    const place = this.#places.get(name);
    if (place !== undefined) {
      counts[place] = (counts[place] ?? 0) + count;
      return;
    }
    this.#places.set(name, counts.length);
    nameOf.push(name);
    slots.push(this.#slot);
    counts.push(count);
    if (counts.length > maxCounts) throw new StoreError('TOO_MANY_COUNTS', { limit: maxCounts });
  }

  #idOf(name: string): number {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const id = this.#names.size;
    this.#nameChars += name.length;
    if (this.#nameChars > maxNameChars) throw new StoreError('OUT_OF_MEMORY', {});
    this.#names.set(ownText(name), id);
    return id;
  }
}

function namesOf({ type, tags }: Counted, by: string | null): readonly string[] {
  if (by === null) return [''];
  if (by === 'type') return [type];
  const values = tags.filter((tag) => tag.startsWith(`${by}=`)).map((tag) => tag.slice(by.length + 1));
  return values.length > 0 ? [...new Set(values)] : [''];
}
