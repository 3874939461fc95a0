// How long a range was affected by spans that may overlap, and how much. Pure.

import type { Severity, Span, SpanLevel } from '@anthracite/protocol/core';

/** A range from an instant up to, and without, another: milliseconds since the epoch. */
export interface Range {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Time that spans take of a range. Where they overlap it counts once, with the largest weight. */
export interface AffectedTime {
  /** Milliseconds at which some span had a weight. */
  readonly ms: number;
  /** The same, each with its weight. */
  readonly weightedMs: number;
}

/** What a severity weighs, from 0 to 1: how much of the whole is affected. Without a severity it is all. */
export const severityWeights: Readonly<Record<Severity | 'none', number>> = {
  1: 1,
  2: 0.5,
  3: 0.1,
  4: 0,
  none: 1,
};

// Weights count in steps of a tenth of a per cent.
const steps = 1_000;

/** Stretches of time as columns of equal length, each with one weight. Columns: there are many, and objects would fill the memory. */
interface Stretches {
  readonly from: number[];
  readonly until: number[];
  readonly weight: number[];
}

/** What a span weighs at a level: its impact, or else what its severity stands for; in thousandths. */
function weightOf({ severity, impact }: SpanLevel): number {
  return Math.round(impact === null ? severityWeights[severity ?? 'none'] * steps : (impact * steps) / 100);
}

/** True when a span is ever felt: one without any weight does not count against the time. */
export function isFelt({ levels }: Span): boolean {
  return levels.some((level) => weightOf(level) > 0);
}

/** The length of a range in milliseconds; 0 for one that ends before it begins. */
export function lengthOf({ fromMs, untilMs }: Range): number {
  return Math.max(0, untilMs - fromMs);
}

/** The share of a range that is left, from 0 to 1; null for an empty range. */
export function shareLeft(takenMs: number, range: Range): number | null {
  const length = lengthOf(range);
  return length === 0 ? null : Math.min(1, Math.max(0, 1 - takenMs / length));
}

/** The time that spans take of a range. One that is open takes all that is left of it. */
export function affectedTime(spans: readonly Span[], range: Range): AffectedTime {
  const { from, until, weight } = stretchesOf(spans, range);
  const starts = sortedBy(from);
  const ends = sortedBy(until);
  // Few weights occur: each has a rank, and what weighs most is found by going down the ranks.
  const weights = [...new Set(weight)].sort((one, other) => one - other);
  const rankOf = new Map(weights.map((one, rank) => [one, rank]));
  const active = new Uint32Array(weights.length);
  let largest = -1;
  let since = range.fromMs;
  let ms = 0;
  let weighted = 0;
  for (let i = 0, k = 0; k < ends.length; ) {
    const start = from[starts[i] ?? -1] ?? Number.POSITIVE_INFINITY;
    const end = until[ends[k] ?? -1] ?? Number.POSITIVE_INFINITY;
    const isStart = start <= end;
    const time = isStart ? start : end;
    if (largest >= 0) {
      ms += time - since;
      weighted += (time - since) * (weights[largest] ?? 0);
    }
    since = time;
    const place = isStart ? starts[i++] : ends[k++];
    const rank = rankOf.get(weight[place ?? 0] ?? 0) ?? 0;
    active[rank] = (active[rank] ?? 0) + (isStart ? 1 : -1);
    if (isStart) largest = Math.max(largest, rank);
    while (largest >= 0 && active[largest] === 0) largest--;
  }
  return { ms, weightedMs: weighted / steps };
}

// The levels of spans that weigh something, as far as they are within the range.
function stretchesOf(spans: readonly Span[], { fromMs, untilMs }: Range): Stretches {
  const stretches: Stretches = { from: [], until: [], weight: [] };
  for (const { begin, end, levels } of spans) {
    if (begin >= untilMs || (end !== null && end <= fromMs)) continue;
    for (let i = 0; i < levels.length; i++) {
      const level = levels[i] as SpanLevel;
      const weight = weightOf(level);
      const over = Math.min(levels[i + 1]?.time ?? untilMs, end ?? untilMs, untilMs);
      const from = Math.max(fromMs, level.time);
      if (weight === 0 || over <= from) continue;
      stretches.from.push(from);
      stretches.until.push(over);
      stretches.weight.push(weight);
    }
  }
  return stretches;
}

/** The places of numbers, in order of the numbers. */
function sortedBy(numbers: readonly number[]): Uint32Array {
  const places = Uint32Array.from(numbers.keys());
  return places.sort((one, other) => (numbers[one] as number) - (numbers[other] as number));
}
