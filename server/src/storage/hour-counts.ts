// Encodes kept counts: the events of one hour, in the UTC, for a block of series, as pairs of series and count.

import { Damage } from './store-error';

/** Milliseconds of the unit of kept counts. */
export const hourMs = 3_600_000;
/** Series with consecutive ids whose counts of an hour are one value. */
export const seriesPerBlock = 4_096;
/** The place of a value is its hour since the epoch times 2 to the power of this, plus the number of its block of series. */
export const blockBits = 24;
/** Places of an hour. */
export const blocksPerHour = 2 ** blockBits;

/** Number of events, from 1 to 2^31 - 1, by the position of their series within its block. */
export type BlockCounts = ReadonlyMap<number, number>;

/**
 * Encodes counts by position, in ascending order: the distance from the previous position (from -1 for the first), then
 * the count. Each number has seven bits in a byte, the lowest first, and the high bit in all bytes except the last.
 */
export function encodeCounts(counts: BlockCounts): Uint8Array {
  const bytes: number[] = [];
  const add = (number: number): void => {
    let rest = number;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  };
  let last = -1;
  for (const position of [...counts.keys()].sort((one, other) => one - other)) {
    add(position - last);
    add(counts.get(position) as number);
    last = position;
  }
  return Uint8Array.from(bytes);
}

/** Decodes counts into an array of positions and counts in turn, and returns their number. Throws `Damage`. */
export function decodeCounts(bytes: Uint8Array, into: Int32Array): number {
  const { length } = bytes;
  let filled = 0;
  let last = -1;
  for (let at = 0; at < length; ) {
    let number = bytes[at++] as number;
    if (number >= 128) {
      number -= 128;
      for (let shift = 7, byte = 128; byte >= 128; shift += 7) {
        byte = at < length && shift < 32 ? (bytes[at++] as number) : 0;
        number |= (byte & 127) << shift;
      }
    }
    if (number <= 0) throw new Damage('kept counts are malformed');
    if (filled % 2 === 0) {
      last += number;
      if (last >= seriesPerBlock) throw new Damage('kept counts are malformed');
      into[filled++] = last;
    } else into[filled++] = number;
  }
  if (filled % 2 === 1) throw new Damage('kept counts are malformed');
  return filled;
}

/** Changes of kept counts, which are collected before they are written. */
export class CountChanges {
  /** Place -> position within the block -> difference. */
  readonly #differences = new Map<number, Map<number, number>>();
  readonly #decoded = decodingArray();

  /** The places with changes, in ascending order. */
  get places(): number[] {
    return [...this.#differences.keys()].sort((one, other) => one - other);
  }

  /** Adds to the number of events of a series in the hour of a time. */
  add(time: number, seriesId: number, difference: number): void {
    const place = Math.floor(time / hourMs) * blocksPerHour + Math.floor(seriesId / seriesPerBlock);
    const position = seriesId % seriesPerBlock;
    let differences = this.#differences.get(place);
    if (differences === undefined) {
      differences = new Map();
      this.#differences.set(place, differences);
    }
    differences.set(position, (differences.get(position) ?? 0) + difference);
  }

  /** The encoded counts at a place after the changes, given those before; null when none are left. */
  applyTo(place: number, before: Uint8Array | undefined): Uint8Array | null {
    const counts = new Map<number, number>();
    const filled = before === undefined ? 0 : decodeCounts(before, this.#decoded);
    for (let i = 0; i < filled; i += 2)
      counts.set(this.#decoded[i] as number, this.#decoded[i + 1] as number);
    for (const [position, difference] of this.#differences.get(place) ?? []) {
      const count = (counts.get(position) ?? 0) + difference;
      if (count > 0) counts.set(position, count);
      else counts.delete(position);
    }
    return counts.size === 0 ? null : encodeCounts(counts);
  }

  clear(): void {
    this.#differences.clear();
  }
}

/** An array that holds the decoded counts of any block. */
export function decodingArray(): Int32Array {
  return new Int32Array(2 * seriesPerBlock);
}
