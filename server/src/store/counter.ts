// Counts events, without reading them where that is possible.

import type { StoredEvent } from '@anthracite/protocol/core';
import { ownText } from '../own-text';
import type { Counts, EventQuery } from './event-store';
import { maxSearchedEvents, type Reader, type Series } from './reader';
import { checkTimes } from './row-check';
import { countBySeries, countByTime, countRange, seriesOfRange } from './selection';
import { isSearch, Selector } from './selector';
import type { Statements } from './statements';
import { StoreError } from './store-error';

const maxSeconds = 1_000_000;
// Ids of series, in one text.
const maxReadAtOnce = 100_000;
const maxCounts = 200_000;
/** What the names of what is counted may have together. */
const maxNameChars = 8_388_608;

/** What is counted of an event. */
type Counted = Pick<Series, 'type' | 'tags'>;

export class Counter {
  readonly #statements: Statements;
  readonly #reader: Reader;
  readonly #selector: Selector;
  readonly #maxReadAtOnce: number;
  readonly #maxSearched: number;

  constructor(
    statements: Statements,
    reader: Reader,
    limit = maxReadAtOnce,
    maxSearched = maxSearchedEvents,
  ) {
    this.#statements = statements;
    this.#reader = reader;
    this.#selector = new Selector(statements, (id) => reader.seriesById(id));
    this.#maxReadAtOnce = limit;
    this.#maxSearched = maxSearched;
  }

  /** Pairs of whole second and count, one behind the other. Of a query that does not search text. */
  countBySecond(query: EventQuery): Float64Array {
    const series = this.#selector.seriesOf(query);
    if (series === 'none') return new Float64Array(0);
    const counts: number[] = [];
    let last = Number.NEGATIVE_INFINITY;
    for (const row of this.#statements.iterate(countByTime(query, series))) {
      const [time, count] = row as [number, number];
      checkTimes([last, time]);
      last = time;
      const second = Math.floor(time / 1000);
      const end = counts.length - 1;
      if (counts[end - 1] === second) counts[end] = (counts[end] ?? 0) + count;
      else counts.push(second, count);
      if (counts.length > maxSeconds * 2) throw new StoreError('TOO_MANY_SECONDS', { limit: maxSeconds });
    }
    return new Float64Array(counts);
  }

  /** Events by units of time, and by type or the values of a tag's key. */
  counts(query: EventQuery, unitMs: number, by: string | null): Counts {
    const sums = new Sums(by);
    if (isSearch(query.search)) {
      // In order of time, as the other way gives them.
      for (const event of this.#search({ ...query, order: 'ascending' })) {
        sums.add(Math.floor(event.time / unitMs), event, 1);
      }
      return sums.toCounts();
    }
    const series = this.#selector.seriesOf(query);
    if (series !== 'none') {
      for (const row of this.#statements.iterate(countBySeries(query, series, unitMs))) {
        const [slot, seriesId, count] = row as [number, number, number];
        sums.add(slot, this.#reader.seriesById(seriesId), count);
      }
    }
    return sums.toCounts();
  }

  /**
   * Events of consecutive bins, each from one of the bounds up to, and without, the next, by type or the values of a tag's key. The
   * slots are the places of the bins. The query's own range does not count.
   */
  countsBetween(query: EventQuery, bounds: readonly number[], by: string | null): Counts {
    const sums = new Sums(by);
    const end = bounds.length - 1;
    const within = (from: number, until: number): EventQuery => ({
      ...query,
      fromMs: bounds[from] ?? 0,
      untilMs: (bounds[until] ?? 0) - 1,
    });
    if (isSearch(query.search)) {
      let bin = 0;
      for (const event of this.#search({ ...within(0, end), order: 'ascending' })) {
        while (event.time >= (bounds[bin + 1] ?? Number.POSITIVE_INFINITY)) bin++;
        sums.add(bin, event, 1);
      }
      return sums.toCounts();
    }
    const series = this.#selector.seriesOf(query);
    if (series === 'none') return sums.toCounts();
    if (series === null) {
      for (let bin = 0; bin < end; bin++) {
        const range = within(bin, bin + 1);
        if (by === null) {
          const count = this.#statements.number(countRange(range));
          if (count > 0) sums.add(bin, nameless, count);
          continue;
        }
        this.#countSeries(range, (id, count) => sums.add(bin, this.#reader.seriesById(id), count));
      }
      return sums.toCounts();
    }
    const lengthAt = (bin: number): number => (bounds[bin + 1] ?? Number.NaN) - (bounds[bin] ?? 0);
    // Bins of one length are counted together: of the days of a year all but those on which the clocks change.
    for (let first = 0, next = 1; first < end; first = next++) {
      while (lengthAt(next) === lengthAt(first)) next++;
      const run = countBySeries(within(first, next), series, lengthAt(first), bounds[first]);
      for (const row of this.#statements.iterate(run)) {
        const [slot, seriesId, count] = row as [number, number, number];
        sums.add(first + slot, this.#reader.seriesById(seriesId), count);
      }
    }
    return sums.toCounts();
  }

  #search(query: EventQuery): Iterable<StoredEvent> {
    return this.#reader.events(query, null, this.#maxSearched);
  }

  // Of a range, whatever it has. One with very many events is read in halves, so that it fits into memory; a series may come again.
  #countSeries(range: EventQuery, add: (series: number, count: number) => void): void {
    const { fromMs, untilMs } = range;
    if (untilMs > fromMs && this.#statements.number(countRange(range)) > this.#maxReadAtOnce) {
      const middle = Math.floor((fromMs + untilMs) / 2);
      this.#countSeries({ ...range, untilMs: middle }, add);
      this.#countSeries({ ...range, fromMs: middle + 1 }, add);
      return;
    }
    const counts = new Map<number, number>();
    const { series } = this.#statements.columns(['series'], seriesOfRange(range));
    for (const id of series) counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const [id, count] of counts) add(id, count);
  }
}

const nameless: Counted = { type: '', tags: [] };

/** Adds up what comes in order of time. */
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
  /** Name -> place in the columns, of the present slot. */
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
