// Defines a series of numbers over time, which keeps only the points that have a value. Pure.

/** A series: `length` steps of `step` seconds from `start`. Steps without an entry in `points` are null. */
export interface Series {
  /** The name in `target`. */
  readonly name: string;
  /** The expression of the series, before any alias. */
  readonly expression: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Seconds since the epoch of the first step. */
  readonly start: number;
  readonly step: number;
  readonly length: number;
  /** Second -> value, ascending; each second is `start` plus a whole number of steps. */
  readonly points: ReadonlyMap<number, number>;
  /** How the points of several steps become one. */
  readonly consolidation: Aggregation;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Graphite's names for the ways to combine several values. They are never called with an empty list. */
export const aggregations = {
  sum,
  total: sum,
  average: (values) => sum(values) / values.length,
  avg: (values) => sum(values) / values.length,
  max: (values) => values.reduce((a, b) => Math.max(a, b)),
  min: (values) => values.reduce((a, b) => Math.min(a, b)),
  last: (values) => values.at(-1) ?? 0,
  current: (values) => values.at(-1) ?? 0,
  count: (values) => values.length,
  median,
} as const satisfies Record<string, (values: readonly number[]) => number>;

export type Aggregation = keyof typeof aggregations;

/** A copy of the series with other steps; a point belongs to the step that contains its second, and no point is lost. */
export function regroup(
  series: Series,
  { start, step, length }: Pick<Series, 'start' | 'step' | 'length'>,
  aggregation: Aggregation,
): Series {
  const groups = new Map<number, number[]>();
  for (const [second, value] of series.points) {
    const group = start + Math.floor((second - start) / step) * step;
    const values = groups.get(group);
    if (values) values.push(value);
    else groups.set(group, [value]);
  }
  const points = new Map<number, number>();
  for (const [second, values] of groups) points.set(second, aggregations[aggregation](values));
  return { ...series, start, step, length, points };
}

/** The series with at most `maxPoints` steps. Their edges stay fixed while a dashboard moves on. */
export function consolidate(series: Series, maxPoints: number): Series {
  const { start, step, length } = series;
  if (maxPoints === 0 || length <= maxPoints) return series;
  if (maxPoints === 1)
    return regroup(series, { start, step: step * length, length: 1 }, series.consolidation);
  // One step is reserved for the part that edges at multiples of the new step cut off.
  const wide = step * Math.ceil(length / (maxPoints - 1));
  const aligned = Math.floor(start / wide) * wide;
  const wideLength = Math.ceil((start + step * length - aligned) / wide);
  return regroup(series, { start: aligned, step: wide, length: wideLength }, series.consolidation);
}
