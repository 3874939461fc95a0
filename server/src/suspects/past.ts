// Evaluates the past of a span: which spans like it started before, and how often they followed changes. Pure.

import type { Span } from '@anthracite/protocol/core';
import { placeOf } from '../report/intervals';
import type { Change } from './change';

/** How often spans followed changes of one type. */
export interface FollowRecord {
  /** Earlier changes that are old enough, or were followed. */
  readonly changes: number;
  /** Number of changes that a span followed. */
  readonly followed: number;
  /** Number of changes that a span would have followed by chance. */
  readonly expected: number;
}

/** The required part of a past span. */
export type PastSpan = Pick<Span, 'id' | 'begin' | 'scale' | 'type' | 'origin'>;

/**
 * Whether a span is like another: incidents that are not `origin=external` for an incident, gains for a gain, spans of
 * the same type for any other.
 */
export function isLike(one: Pick<Span, 'scale' | 'type'>, { scale, type, origin }: PastSpan): boolean {
  if (scale !== one.scale) return false;
  return scale === 'other' ? type === one.type : scale === 'gain' || origin !== 'external';
}

/**
 * Counts how many changes of a type, since an instant, were followed within a time. The returned function gives the
 * counts for the changes before an instant. `begins` are the starts of the spans, in order.
 */
export function createRecord(
  changes: readonly Change[],
  begins: readonly number[],
  {
    fromMs,
    untilMs,
    withinMs,
  }: { readonly fromMs: number; readonly untilMs: number; readonly withinMs: number },
): (beforeMs: number) => FollowRecord {
  const shareNear = createShareNear(begins, fromMs, untilMs);
  const sorted = [...changes].sort((one, other) => one.begin - other.begin);
  // Sums as columns, because there are many changes.
  const counts = new Float64Array(sorted.length + 1);
  const follows = new Float64Array(sorted.length + 1);
  const chances = new Float64Array(sorted.length + 1);
  for (const [place, { begin, end }] of sorted.entries()) {
    const next = begins[placeOf(begin, begins)] ?? Number.POSITIVE_INFINITY;
    const isFollowed = next <= end + withinMs;
    const isOldEnough = isFollowed || end + withinMs < untilMs;
    const add = (sums: Float64Array, one: number): void => {
      sums[place + 1] = (sums[place] as number) + (isOldEnough ? one : 0);
    };
    add(counts, 1);
    add(follows, isFollowed ? 1 : 0);
    add(chances, shareNear(end - begin + withinMs));
  }
  const times = sorted.map(({ begin }) => begin);
  return (beforeMs) => {
    const place = placeOf(beforeMs, times);
    return {
      changes: counts[place] as number,
      followed: follows[place] as number,
      expected: chances[place] as number,
    };
  };
}

// The share of a range's time after which a span started within some time: the expectation by chance.
function createShareNear(
  begins: readonly number[],
  fromMs: number,
  untilMs: number,
): (withinMs: number) => number {
  const gaps = begins
    .slice(placeOf(fromMs, begins))
    .map((begin, i, own) => begin - (own[i - 1] ?? fromMs))
    .sort((one, other) => one - other);
  const sums = [0];
  for (const gap of gaps) sums.push((sums.at(-1) as number) + gap);
  return (withinMs) => {
    const shorter = placeOf(withinMs, gaps);
    const near = (sums[shorter] as number) + (gaps.length - shorter) * withinMs;
    return untilMs <= fromMs ? 0 : Math.min(1, near / (untilMs - fromMs));
  };
}
