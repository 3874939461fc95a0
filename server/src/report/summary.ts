// Summarizes durations. Pure.

/** Durations in three numbers, in milliseconds; null for an empty list. */
export interface Summary {
  readonly count: number;
  readonly meanMs: number | null;
  /** The median; for an even number, the mean of the middle two. */
  readonly medianMs: number | null;
  /** The smallest duration that nine of ten do not exceed. */
  readonly p90Ms: number | null;
}

/** Summarizes durations, given in any order. */
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
