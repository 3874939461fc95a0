// The interface of scenarios and their figures.

/** A measured figure with its peer's figure and its goal. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  /** The peer's figure in the same run; null without a peer. */
  readonly peer: number | null;
  readonly peerName: string;
  /** A minimum or maximum: of the ratio with a peer, of our figure without a peer. */
  readonly goal: { readonly is: 'at least' | 'at most'; readonly value: number } | null;
}

/** The context of a scenario. */
export interface BenchContext {
  /** Uses small numbers, only to show that the scenario works. */
  readonly isQuick: boolean;
  /** A folder for the scenario, removed afterwards. */
  readonly folder: string;
  /** Prints progress to standard error. */
  readonly say: (text: string) => void;
}

/** A benchmark. */
export interface Scenario {
  readonly name: string;
  readonly what: string;
  /** The missing Debian package, or null if all peers are installed. */
  readonly missing: () => string | null;
  readonly run: (context: BenchContext) => Promise<readonly Figure[]>;
}

/** Our figure divided by the peer's, or our figure without a peer. */
export function comparedValue({ ours, peer }: Figure): number {
  return peer === null ? ours : ours / peer;
}

/** Whether the goal is reached; null without a goal. */
export function isReached(figure: Figure): boolean | null {
  if (figure.goal === null) return null;
  const value = comparedValue(figure);
  return figure.goal.is === 'at least' ? value >= figure.goal.value : value <= figure.goal.value;
}

/** The median of numbers; for an even count the lower of the two in the middle. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** The percentile of numbers: the smallest number that at least this share does not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}
