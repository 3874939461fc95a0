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

interface Edge {
  readonly time: number;
  readonly weight: number;
  /** 1 where the weight begins to count, -1 where it ends. */
  readonly change: 1 | -1;
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
  const edges = spans.flatMap((span) => edgesOf(span, range)).sort((one, other) => one.time - other.time);
  const active = new Uint32Array(steps + 1);
  let largest = 0;
  let since = range.fromMs;
  let ms = 0;
  let weighted = 0;
  for (const { time, weight, change } of edges) {
    if (largest > 0) {
      ms += time - since;
      weighted += (time - since) * largest;
    }
    since = time;
    active[weight] = (active[weight] ?? 0) + change;
    largest = Math.max(largest, weight);
    while (largest > 0 && active[largest] === 0) largest--;
  }
  return { ms, weightedMs: weighted / steps };
}

// Where each level of a span begins and ends within the range.
function edgesOf({ levels, end }: Span, { fromMs, untilMs }: Range): Edge[] {
  const edges: Edge[] = [];
  for (const [i, level] of levels.entries()) {
    const weight = weightOf(level);
    const from = Math.max(fromMs, level.time);
    const until = Math.min(
      untilMs,
      levels[i + 1]?.time ?? Number.POSITIVE_INFINITY,
      end ?? Number.POSITIVE_INFINITY,
    );
    if (weight === 0 || until <= from) continue;
    edges.push({ time: from, weight, change: 1 }, { time: until, weight, change: -1 });
  }
  return edges;
}
