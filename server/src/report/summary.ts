// What many durations come to. Pure.

/** Many durations in three numbers, in milliseconds; null where there are none. */
export interface Summary {
  readonly count: number;
  readonly meanMs: number | null;
  /** The one in the middle; of an even number, the mean of the two. */
  readonly medianMs: number | null;
  /** The smallest that nine of ten do not exceed. */
  readonly p90Ms: number | null;
}

/** Sums up durations, given in any order. */
export function summarize(durationsMs: readonly number[]): Summary {
  const count = durationsMs.length;
  if (count === 0) return { count, meanMs: null, medianMs: null, p90Ms: null };
  const sorted = [...durationsMs].sort((one, other) => one - other);
  const at = (place: number): number => sorted[place] as number;
  return {
    count,
    meanMs: sorted.reduce((sum, duration) => sum + duration, 0) / count,
    medianMs: (at(Math.floor((count - 1) / 2)) + at(Math.floor(count / 2))) / 2,
    p90Ms: at(Math.ceil(count * 0.9) - 1),
  };
}
