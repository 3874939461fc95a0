// Splits consecutive bins into whole hours and the rest, for counts that are kept by the hour. Pure.

/** A part of a bin. */
export interface BinPart {
  readonly fromMs: number;
  /** Not included. */
  readonly untilMs: number;
  readonly bin: number;
}

/** Bins in parts. */
export interface SplitBins {
  /** Whole hours, at most one part for each bin, in order. */
  readonly whole: readonly BinPart[];
  /** All other parts, in order. */
  readonly rests: readonly BinPart[];
}

/** Splits bins, given all of their bounds in ascending order, into whole units of time and the rest. */
export function splitBins(bounds: readonly number[], hourMs: number): SplitBins {
  const whole: BinPart[] = [];
  const rests: BinPart[] = [];
  const put = (parts: BinPart[], fromMs: number, untilMs: number, bin: number): void => {
    if (fromMs < untilMs) parts.push({ fromMs, untilMs, bin });
  };
  for (let bin = 0; bin < bounds.length - 1; bin++) {
    const fromMs = bounds[bin] as number;
    const untilMs = bounds[bin + 1] as number;
    const first = Math.ceil(fromMs / hourMs) * hourMs;
    const last = Math.floor(untilMs / hourMs) * hourMs;
    if (first < last) {
      put(rests, fromMs, first, bin);
      put(whole, first, last, bin);
      put(rests, last, untilMs, bin);
    } else put(rests, fromMs, untilMs, bin);
  }
  return { whole, rests };
}

/** The milliseconds of parts together. */
export function lengthOf(parts: readonly BinPart[]): number {
  return parts.reduce((sum, { fromMs, untilMs }) => sum + untilMs - fromMs, 0);
}
