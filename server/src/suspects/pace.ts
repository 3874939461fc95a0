// Models the delay between a change and the incident it causes. Pure. The method is described in docs/suspects.md.

/**
 * A pace: half of the incidents that a change causes start within `halfMs`, two thirds within twice that, three
 * quarters within three times that.
 */
export interface Pace {
  readonly halfMs: number;
  /** Its prior probability. */
  readonly prior: number;
}

const minute = 60_000;

export const paces: readonly Pace[] = [
  { halfMs: 5 * minute, prior: 0.2 },
  { halfMs: 20 * minute, prior: 0.4 },
  { halfMs: 80 * minute, prior: 0.3 },
  { halfMs: 240 * minute, prior: 0.1 },
];

/** The probability density of a lag at a pace, per millisecond. */
export function densityAt({ halfMs }: Pace, lagMs: number): number {
  return halfMs / (halfMs + lagMs) ** 2;
}

/** The share of caused incidents that start within a time, if the pace is unknown. */
export function shareWithin(lagMs: number): number {
  return paces.reduce((sum, { halfMs, prior }) => sum + (prior * lagMs) / (lagMs + halfMs), 0);
}
