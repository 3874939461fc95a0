// What a scenario is, and what it reports.

/** A measured figure and what it is held against. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** The same of the peer, in the same run; null where there is none. */
  readonly peer: number | null;
  readonly peerName: string;
  /** `at least` or `at most` this, of the ratio where there is a peer and of our figure where there is none. */
  readonly goal: { readonly is: 'at least' | 'at most'; readonly value: number } | null;
}

/** What a scenario is run with. */
export interface BenchContext {
  /** Small numbers: shows that it works, and no more. */
  readonly isQuick: boolean;
  /** A folder of its own, removed afterwards. */
  readonly folder: string;
  /** Says on standard error how far it is. */
  readonly say: (text: string) => void;
}

/** Something that is measured. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  /** Names the Debian package that is missing, or null when all peers are there. */
  readonly missing: () => string | null;
  readonly run: (context: BenchContext) => Promise<readonly Figure[]>;
}

/** Ours by the peer's where there is a peer, else ours. */
export function heldAgainst({ ours, peer }: Figure): number {
  return peer === null ? ours : ours / peer;
}

/** Whether the goal is reached; null where there is none. */
export function isReached(figure: Figure): boolean | null {
  if (figure.goal === null) return null;
  const value = heldAgainst(figure);
  return figure.goal.is === 'at least' ? value >= figure.goal.value : value <= figure.goal.value;
}

/** The middle one of some numbers; of an even count the lower middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The smallest number that at least this part of the numbers do not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}
