// The past of a span: which spans like it began before, and what followed changes. Pure.

import type { Span } from '@anthracite/protocol/core';
import { failureWindowMs } from '../report/deployments';
import { beginOf, type Change, endOf } from './change';
import type { Record } from './risk';

/** A span follows a change when it begins after it within this time. */
export const followingMs = failureWindowMs;

/**
 * Spans like one: incidents that are not `origin=external` for an incident, gains for a gain, spans of its type for any other.
 */
export function isLike(one: Pick<Span, 'scale' | 'type'>, { scale, type, origin }: Span): boolean {
  if (scale !== one.scale) return false;
  return scale === 'other' ? type === one.type : scale === 'gain' || origin !== 'external';
}

export class Past {
  readonly #begins: readonly number[];
  readonly #untilMs: number;

  /** Up to, and without, an instant; `begins` are those of spans of the kind that is looked at, in any order. */
  constructor(begins: readonly number[], untilMs: number) {
    this.#begins = begins.filter((begin) => begin < untilMs).sort((one, other) => one - other);
    this.#untilMs = untilMs;
  }

  /** What followed changes of one type since an instant, as far as it has had its time. */
  recordOf(changes: readonly Change[], fromMs: number): Record {
    const judged = changes.filter(
      (change) => beginOf(change) >= fromMs && endOf(change) + followingMs < this.#untilMs,
    );
    const shareNear = this.#createShareNear(fromMs);
    let expected = 0;
    let followed = 0;
    for (const change of judged) {
      const begin = beginOf(change);
      const end = endOf(change);
      expected += shareNear(end - begin + followingMs);
      const next = this.#begins[this.#placeOf(begin)];
      if (next !== undefined && next <= end + followingMs) followed++;
    }
    return { changes: judged.length, followed, expected };
  }

  // The share of the time since an instant at which a span began within some time afterwards: what chance comes to.
  #createShareNear(fromMs: number): (withinMs: number) => number {
    const length = this.#untilMs - fromMs;
    const begins = this.#begins.slice(this.#placeOf(fromMs));
    const gaps = begins
      .map((begin, i) => begin - (begins[i - 1] ?? fromMs))
      .sort((one, other) => one - other);
    const sums = [0];
    for (const gap of gaps) sums.push((sums.at(-1) as number) + gap);
    return (withinMs) => {
      const shorter = placeIn(gaps, withinMs);
      const near = (sums[shorter] as number) + (gaps.length - shorter) * withinMs;
      return length <= 0 ? 0 : Math.min(1, near / length);
    };
  }

  #placeOf(timeMs: number): number {
    return placeIn(this.#begins, timeMs);
  }
}

// The place of the first of sorted numbers that is not smaller.
function placeIn(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
