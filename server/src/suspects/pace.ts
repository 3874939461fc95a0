// How soon what a change breaks breaks. Pure. The method is in docs/suspects.md.

/** A pace: half of what breaks breaks within a time, two thirds within twice that, three quarters within three times that. */
export interface Pace {
  readonly halfMs: number;
  /** How likely it is where nothing is known. */
  readonly prior: number;
}

const minute = 60_000;

export const paces: readonly Pace[] = [
  { halfMs: 5 * minute, prior: 0.2 },
  { halfMs: 20 * minute, prior: 0.4 },
  { halfMs: 80 * minute, prior: 0.3 },
  { halfMs: 240 * minute, prior: 0.1 },
];

/** How likely a lag is at a pace: a density, by millisecond. */
export function densityAt({ halfMs }: Pace, lagMs: number): number {
  return halfMs / (halfMs + lagMs) ** 2;
}

/** The share of what breaks that breaks within a time, where nothing is known of the pace. */
export function shareWithin(lagMs: number): number {
  return paces.reduce((sum, { halfMs, prior }) => sum + (prior * lagMs) / (lagMs + halfMs), 0);
}
