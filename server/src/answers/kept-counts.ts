// Adds up the kept counts of whole hours, with the events that they do not contain yet.

import type { BinPart, SplitBins } from '../query/whole-hours';
import type { Asker } from '../storage/asker';
import { decodeCounts, decodingArray, hourMs, seriesPerBlock } from '../storage/hour-counts';
import type { SeriesReader } from './series-reader';
import type { Sums } from './sums';

// With more events that the counts do not contain yet, counting all events is faster.
const maxLag = 50_000;
const rowsAtOnce = 64;

type CountedRow = readonly [slot: number, series: number, count: number];
type Row = readonly [hour: number, firstSeries: number, counts: Uint8Array];

export class KeptCounts {
  readonly #asker: Asker;
  readonly #series: SeriesReader;

  constructor(asker: Asker, series: SeriesReader) {
    this.#asker = asker;
    this.#series = series;
  }

  /** Whether the counts contain nearly all events. */
  async areReady(): Promise<boolean> {
    return (await this.#asker.number(this.#asker.sql.hourCounts.lag)) <= maxLag;
  }

  /**
   * Adds the events of bins to the sums; of some series, or of all (null). Parts of hours are counted. `slotAt` returns
   * the slot of an instant in a bin.
   */
  async add(
    { whole, rests }: SplitBins,
    slotAt: (timeMs: number, bin: number) => number,
    series: readonly number[] | null,
    sums: Sums,
  ): Promise<void> {
    const names = new NamesOfSeries(this.#series, sums);
    if (series !== null) names.restrictTo(series);
    const adder = new Adder(names, sums);
    const slotOf = (timeMs: number): number | null => {
      const part = partAt(whole, timeMs);
      return part === undefined ? null : slotAt(timeMs, part.bin);
    };
    const fromMs = whole[0]?.fromMs ?? 0;
    const untilMs = whole.at(-1)?.untilMs ?? 0;
    const { events, hourCounts } = this.#asker.sql;
    for await (const rows of this.#asker.blocks<Row>(hourCounts.between(fromMs, untilMs), rowsAtOnce)) {
      for (const [hour, firstSeries, counts] of rows) {
        const slot = slotOf(hour * hourMs);
        if (slot !== null) adder.addBlock(slot, firstSeries, counts);
        if (adder.isWaiting) await adder.addUnknown();
      }
    }
    const news = await this.#asker.columns(['time', 'series'], hourCounts.notYet(fromMs, untilMs));
    for (const [i, time] of news.time.entries()) {
      const slot = slotOf(time);
      if (slot !== null) adder.add(slot, news.series[i] as number, 1);
    }
    await adder.addUnknown();
    for (const { bin, ...range } of rests) {
      const slot = slotAt(range.fromMs, bin);
      const counted = events.countBySeries({ ...range, order: 'ascending' }, null, hourMs);
      for await (const rows of this.#asker.blocks<CountedRow>(counted)) {
        for (const [, id, count] of rows) adder.add(slot, id, count);
        await adder.addUnknown();
      }
    }
    adder.end();
  }
}

// Parts do not overlap.
function partAt(parts: readonly BinPart[], timeMs: number): BinPart | undefined {
  let low = 0;
  for (let high = parts.length; low < high; ) {
    const middle = (low + high) >> 1;
    if ((parts[middle] as BinPart).untilMs > timeMs) high = middle;
    else low = middle + 1;
  }
  const part = parts[low];
  return part !== undefined && part.fromMs <= timeMs ? part : undefined;
}

const unknown = -1;
const left = -2;

/**
 * The numbers of the names that each series counts for, in blocks like those of the counts. A series has `unknown`
 * before it is looked up, `left` when it is not selected, the number of its only name, or `left - 1 - i` for the i-th
 * list of several.
 */
class NamesOfSeries {
  readonly #series: SeriesReader;
  readonly #sums: Sums;
  readonly #blocks = new Map<number, Int32Array>();
  readonly #lists: (readonly number[])[] = [];
  #initial = unknown;

  constructor(series: SeriesReader, sums: Sums) {
    this.#series = series;
    this.#sums = sums;
  }

  /** Leaves out all other series. */
  restrictTo(ids: readonly number[]): void {
    this.#initial = left;
    for (const id of ids) this.#put(id, unknown);
  }

  /** The block of a first series. */
  block(firstSeries: number): Int32Array {
    let block = this.#blocks.get(firstSeries);
    if (block === undefined) {
      block = new Int32Array(seriesPerBlock).fill(this.#initial);
      this.#blocks.set(firstSeries, block);
    }
    return block;
  }

  /** The list that a negative entry of a block means. */
  list(entry: number): readonly number[] {
    return this.#lists[left - 1 - entry] ?? [];
  }

  /** Looks up series. */
  async learn(ids: readonly number[]): Promise<void> {
    const seriesOf = await this.#series.of(ids);
    for (const id of ids) {
      const names = this.#sums.idsOf(seriesOf(id));
      this.#put(id, names.length === 1 ? (names[0] as number) : left - 1 - (this.#lists.push(names) - 1));
    }
  }

  #put(id: number, entry: number): void {
    const position = id % seriesPerBlock;
    this.block(id - position)[position] = entry;
  }
}

/** Adds counts of series to sums, first to totals of a slot by name; counts of unknown series wait. */
class Adder {
  readonly #names: NamesOfSeries;
  readonly #sums: Sums;
  readonly #decoded = decodingArray();
  readonly #waiting: [slot: number, series: number, count: number][] = [];
  #totals = new Float64Array(64);
  #named: number[] = [];
  #slot = Number.NaN;

  constructor(names: NamesOfSeries, sums: Sums) {
    this.#names = names;
    this.#sums = sums;
  }

  addBlock(slot: number, firstSeries: number, counts: Uint8Array): void {
    this.#moveTo(slot);
    const block = this.#names.block(firstSeries);
    const decoded = this.#decoded;
    const totals = this.#totals;
    const filled = decodeCounts(counts, decoded);
    for (let i = 0; i < filled; i += 2) {
      const position = decoded[i] as number;
      const entry = block[position] as number;
      if (entry >= 0) {
        const total = totals[entry] as number;
        if (total === 0) this.#named.push(entry);
        totals[entry] = total + (decoded[i + 1] as number);
      } else if (entry !== left)
        this.#addOther(entry, slot, firstSeries + position, decoded[i + 1] as number);
    }
  }

  add(slot: number, series: number, count: number): void {
    this.#moveTo(slot);
    const position = series % seriesPerBlock;
    const entry = this.#names.block(series - position)[position] as number;
    if (entry >= 0) this.#addTo(entry, count);
    else if (entry !== left) this.#addOther(entry, slot, series, count);
  }

  /** Whether counts of unknown series wait. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Looks up the series that were unknown, and adds their counts. */
  async addUnknown(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    await this.#names.learn([...new Set(waiting.map(([, series]) => series))]);
    if (this.#sums.nameCount > this.#totals.length) {
      const wider = new Float64Array(2 * this.#sums.nameCount);
      wider.set(this.#totals);
      this.#totals = wider;
    }
    for (const [slot, series, count] of waiting) this.add(slot, series, count);
  }

  /** Adds the totals of the last slot. */
  end(): void {
    this.#moveTo(Number.NaN);
  }

  #addOther(entry: number, slot: number, series: number, count: number): void {
    if (entry === unknown) this.#waiting.push([slot, series, count]);
    else for (const name of this.#names.list(entry)) this.#addTo(name, count);
  }

  #addTo(name: number, count: number): void {
    if (this.#totals[name] === 0) this.#named.push(name);
    this.#totals[name] = (this.#totals[name] as number) + count;
  }

  #moveTo(slot: number): void {
    if (slot === this.#slot) return;
    for (const name of this.#named) {
      this.#sums.addNamed(this.#slot, name, this.#totals[name] as number);
      this.#totals[name] = 0;
    }
    this.#named = [];
    this.#slot = slot;
  }
}
