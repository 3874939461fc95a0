// Unites, clips and subtracts sets of instants, represented as ranges. Pure.

import { firstPlace } from '@anthracite/protocol/core';

/** A range of instants, including its start and excluding its end: milliseconds since the epoch. */
export interface Range {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The length of a range in milliseconds; 0 if it ends before it starts. */
export function lengthOf({ fromMs, untilMs }: Range): number {
  return Math.max(0, untilMs - fromMs);
}

/** The same instants as some ranges, given in any order: in order of time, none empty, none overlapping or touching the next. */
export function unite(ranges: readonly Range[]): Range[] {
  const sorted = ranges.filter((one) => lengthOf(one) > 0).sort((one, other) => one.fromMs - other.fromMs);
  const united: Range[] = [];
  for (const { fromMs, untilMs } of sorted) {
    const last = united.at(-1);
    if (last === undefined || fromMs > last.untilMs) united.push({ fromMs, untilMs });
    else if (untilMs > last.untilMs) united[united.length - 1] = { fromMs: last.fromMs, untilMs };
  }
  return united;
}

/** The instants that two ranges share; if they share nothing, an empty range at the nearest end of `other`. */
export function clip({ fromMs, untilMs }: Range, other: Range): Range {
  const from = Math.min(Math.max(fromMs, other.fromMs), Math.max(other.untilMs, other.fromMs));
  return { fromMs: from, untilMs: Math.max(from, Math.min(untilMs, other.untilMs)) };
}

/** The parts of a range outside of united ranges, in order of time. */
export function subtract(range: Range, united: readonly Range[]): Range[] {
  const left: Range[] = [];
  let fromMs = range.fromMs;
  for (let i = firstAfter(range.fromMs, united); i < united.length; i++) {
    const hole = united[i] as Range;
    if (hole.fromMs >= range.untilMs) break;
    if (hole.fromMs > fromMs) left.push({ fromMs, untilMs: hole.fromMs });
    fromMs = hole.untilMs;
  }
  if (fromMs < range.untilMs) left.push({ fromMs, untilMs: range.untilMs });
  return left;
}

/** The overlap of united ranges with a range, in milliseconds. */
export function overlapOf(range: Range, united: readonly Range[]): number {
  let ms = 0;
  for (let i = firstAfter(range.fromMs, united); i < united.length; i++) {
    const one = united[i] as Range;
    if (one.fromMs >= range.untilMs) break;
    ms += lengthOf(clip(one, range));
  }
  return ms;
}

/** True for an instant within a range, excluding its end. */
export function isWithin(timeMs: number, { fromMs, untilMs }: Range): boolean {
  return timeMs >= fromMs && timeMs < untilMs;
}

/** The index of the first of some instants, in order, that is not before an instant. */
export function placeOf(timeMs: number, times: readonly number[]): number {
  return firstPlace(times.length, (place) => (times[place] as number) >= timeMs);
}

// The index of the first united range that ends after an instant.
function firstAfter(timeMs: number, united: readonly Range[]): number {
  return firstPlace(united.length, (place) => (united[place] as Range).untilMs > timeMs);
}
