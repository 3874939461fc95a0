// Shares, counts and changes as readable text. Show the exact value next to it.

import { spellDuration } from '@anthracite/protocol/browser';

const fewDigits = 2;
const manyDigits = 4;
const counts = new Intl.NumberFormat('en-US');

// Two decimals; more for a value near 0, to show two digits of it.
function digitsFor(size: number): number {
  if (size >= 0.1 || size === 0) return fewDigits;
  return size >= 0.01 ? fewDigits + 1 : manyDigits;
}

/**
 * A share from 0 to 1 in percent, with two decimals, or up to four near 0 % and 100 %: `99.7 %`, `99.953 %`. A share
 * below 1 is never `100 %`, a share above 0 never `0 %`.
 */
export function shareText(share: number): string {
  const least = 10 ** -manyDigits;
  const percent = share * 100;
  if (share > 0 && percent < least / 2) return `< ${least.toFixed(manyDigits)} %`;
  if (share < 1 && percent > 100 - least / 2) return `> ${(100 - least).toFixed(manyDigits)} %`;
  return `${Number(percent.toFixed(digitsFor(Math.min(Math.abs(percent), Math.abs(100 - percent)))))} %`;
}

/** A count or a rate: `12,345`, `5.71`, `0.044`. */
export function countText(count: number): string {
  return Number.isInteger(count)
    ? counts.format(count)
    : String(Number(count.toFixed(digitsFor(Math.abs(count)))));
}

/** A count with its noun: `1 event`, `12 events`. */
export function numberOf(count: number, one: string): string {
  return `${countText(count)} ${one}${count === 1 ? '' : 's'}`;
}

/** The unit of a figure: milliseconds, a share from 0 to 1, or a number. */
export type Measure = 'duration' | 'share' | 'count';

/** A value in its unit. Only durations can be negative: `-1 h`. */
export const measureTexts: Readonly<Record<Measure, (value: number) => string>> = {
  duration: (value) => (value < 0 ? `-${spellDuration(-value)}` : spellDuration(value)),
  share: shareText,
  count: countText,
};

/** The change of a figure with its sign: `+3`, `-30 min`; of a share in percentage points, with two decimals: `-0.79`. */
export function changeText(change: number, measure: Measure): string {
  const size = Math.abs(change);
  const text =
    measure === 'share' ? (size * 100).toFixed(digitsFor(size * 100)) : measureTexts[measure](size);
  return `${change > 0 ? '+' : change < 0 ? '-' : '±'}${text}`;
}
