// Computes how long, and how severely, a range was affected by spans that may overlap. Pure.

import type { Severity, Span, SpanLevel } from '@anthracite/protocol/core';
import { type Range, subtract } from './intervals';

/** The time in which a span does not count, as `unite` returns it. */
export type Excuse = (span: Span) => readonly Range[];

/** The time of a range that spans cover. Overlapping time counts once, with the largest weight. */
export interface AffectedTime {
  /** Milliseconds during which any span had a weight. */
  readonly ms: number;
  /** The same time, weighted. */
  readonly weightedMs: number;
}

/**
 * The weight of a severity, from 0 to 1: the share of the service that is affected. Without a severity, everything is
 * affected.
 */
export const severityWeights: Readonly<Record<Severity | 'none', number>> = {
  1: 1,
  2: 0.5,
  3: 0.1,
  4: 0,
  none: 1,
};

// Weights count in steps of a tenth of a percent.
const steps = 1_000;

/** Periods of time as columns of equal length, each with one weight. Columns, because many objects would use too much memory. */
interface Stretches {
  readonly from: number[];
  readonly until: number[];
  readonly weight: number[];
}

/** The weight of a span at a level, in thousandths: its impact, or else the weight of its severity. */
function weightOf({ severity, impact }: SpanLevel): number {
  return Math.round(impact === null ? severityWeights[severity ?? 'none'] * steps : (impact * steps) / 100);
}

/** True when a span ever has a weight; a span without any weight does not count as affected time. */
export function isFelt({ levels }: Span): boolean {
  return levels.some((level) => weightOf(level) > 0);
}

/** The remaining share of some time, from 0 to 1; null when the time is empty. */
export function shareLeft(takenMs: number, lengthMs: number): number | null {
  return lengthMs === 0 ? null : Math.min(1, Math.max(0, 1 - takenMs / lengthMs));
}

const neverExcused: Excuse = () => [];

/** The time of a range that spans cover, without excused time. An open span covers the rest of the range. */
export function affectedTime(
  spans: readonly Span[],
  range: Range,
  excuseOf: Excuse = neverExcused,
): AffectedTime {
  const { from, until, weight } = stretchesOf(spans, range, excuseOf);
  const starts = sortedBy(from);
  const ends = sortedBy(until);
  // There are few different weights: each has a rank, and the largest is found by walking down the ranks.
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

// The levels of spans that have a weight, limited to the range.
function stretchesOf(spans: readonly Span[], { fromMs, untilMs }: Range, excuseOf: Excuse): Stretches {
  const stretches: Stretches = { from: [], until: [], weight: [] };
  for (const span of spans) {
    const { begin, end, levels } = span;
    if (begin >= untilMs || (end !== null && end <= fromMs)) continue;
    const excused = excuseOf(span);
    for (let i = 0; i < levels.length; i++) {
      const level = levels[i] as SpanLevel;
      const weight = weightOf(level);
      const over = Math.min(levels[i + 1]?.time ?? untilMs, end ?? untilMs, untilMs);
      const from = Math.max(fromMs, level.time);
      if (weight === 0 || over <= from) continue;
      for (const left of subtract({ fromMs: from, untilMs: over }, excused)) {
        stretches.from.push(left.fromMs);
        stretches.until.push(left.untilMs);
        stretches.weight.push(weight);
      }
    }
  }
  return stretches;
}

/** The indexes of numbers, in ascending order of the numbers. */
function sortedBy(numbers: readonly number[]): Uint32Array {
  const places = Uint32Array.from(numbers.keys());
  return places.sort((one, other) => (numbers[one] as number) - (numbers[other] as number));
}
