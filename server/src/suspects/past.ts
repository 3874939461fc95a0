// The past of a span: which spans like it began before, and how often they followed changes. Pure.

import type { Span } from '@anthracite/protocol/core';
import type { Change } from './change';

/** How often spans followed changes of one type. */
export interface FollowRecord {
  /** Earlier changes that are old enough, or were followed. */
  readonly changes: number;
  /** How many of them a span followed. */
  readonly followed: number;
  /** How many of them one would have followed by chance. */
  readonly expected: number;
}

/**
 * Spans like one: incidents that are not `origin=external` for an incident, gains for a gain, spans of its type for any other.
 */
export function isLike(one: Pick<Span, 'scale' | 'type'>, { scale, type, origin }: Span): boolean {
  if (scale !== one.scale) return false;
  return scale === 'other' ? type === one.type : scale === 'gain' || origin !== 'external';
}

/** Counts how many changes of a type since an instant were followed within a time. `begins` are those of the spans, in order. */
export function recordOf(
  changes: readonly Change[],
  begins: readonly number[],
  {
    fromMs,
    untilMs,
    withinMs,
  }: { readonly fromMs: number; readonly untilMs: number; readonly withinMs: number },
): FollowRecord {
  const shareNear = createShareNear(begins, fromMs, untilMs);
  let count = 0;
  let followed = 0;
  let expected = 0;
  for (const { begin, end } of changes) {
    const next = begins[placeIn(begins, begin)] ?? Number.POSITIVE_INFINITY;
    const isFollowed = next <= end + withinMs;
    if (!isFollowed && end + withinMs >= untilMs) continue;
    count++;
    if (isFollowed) followed++;
    expected += shareNear(end - begin + withinMs);
  }
  return { changes: count, followed, expected };
}

// The share of a range's time at which a span began within some time afterwards: what chance comes to.
function createShareNear(
  begins: readonly number[],
  fromMs: number,
  untilMs: number,
): (withinMs: number) => number {
  const gaps = begins
    .slice(placeIn(begins, fromMs))
    .map((begin, i, own) => begin - (own[i - 1] ?? fromMs))
    .sort((one, other) => one - other);
  const sums = [0];
  for (const gap of gaps) sums.push((sums.at(-1) as number) + gap);
  return (withinMs) => {
    const shorter = placeIn(gaps, withinMs);
    const near = (sums[shorter] as number) + (gaps.length - shorter) * withinMs;
    return untilMs <= fromMs ? 0 : Math.min(1, near / (untilMs - fromMs));
  };
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
