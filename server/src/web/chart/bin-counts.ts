// Counts of events by bin of time and by type, reduced to a number that can be drawn. Pure.

import { type CalendarUnit, calendarSpanAt } from '@anthracite/protocol';
import type { Range } from '../../report/intervals';

/** Counts of consecutive bins. `counts[bin][place]` belongs to `names[place]`. */
export interface BinCounts {
  readonly bins: readonly Range[];
  readonly names: readonly string[];
  readonly counts: readonly (readonly number[])[];
}

/** Counts as the store returns them: columns of equal length. */
interface Columns {
  readonly names: readonly string[];
  readonly nameOf: Uint32Array;
  readonly slots: Float64Array;
  readonly counts: Float64Array;
}

const longestInDaysMs = 800 * 86_400_000;
const longestInMonthsMs = 40 * 366 * 86_400_000;

/** The days of a range in a time zone; months or years for very long ranges. */
export function binsOf(range: Range, zone: string): readonly Range[] {
  const length = range.untilMs - range.fromMs;
  const unit = length <= longestInDaysMs ? 'day' : length <= longestInMonthsMs ? 'month' : 'year';
  const bins: Range[] = [];
  for (let at = range.fromMs; at < range.untilMs; ) {
    const { end } = calendarSpanAt(at, unit, zone);
    bins.push({ fromMs: at, untilMs: Math.min(end, range.untilMs) });
    at = end;
  }
  return bins;
}

/** Whether the bins of a range are days. */
export function areDays({ fromMs, untilMs }: Range): boolean {
  return untilMs - fromMs <= longestInDaysMs;
}

/** Counts of bins, from columns whose slots are indexes of bins. */
export function toBinCounts(bins: readonly Range[], { names, nameOf, slots, counts }: Columns): BinCounts {
  const rows = bins.map(() => new Array<number>(names.length).fill(0));
  for (const [i, slot] of slots.entries()) {
    const row = rows[slot];
    const place = nameOf[i] ?? 0;
    if (row !== undefined) row[place] = (row[place] ?? 0) + (counts[i] ?? 0);
  }
  return { bins, names, counts: rows };
}

/** Merges bins into bins of a calendar unit. */
export function mergeBins({ bins, names, counts }: BinCounts, unit: CalendarUnit, zone: string): BinCounts {
  const merged: { fromMs: number; untilMs: number; counts: number[] }[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const [i, { fromMs, untilMs }] of bins.entries()) {
    const row = counts[i] ?? [];
    const last = merged.at(-1);
    if (last !== undefined && fromMs < end) {
      last.untilMs = untilMs;
      last.counts = last.counts.map((count, place) => count + (row[place] ?? 0));
    } else {
      merged.push({ fromMs, untilMs, counts: [...row] });
      ({ end } = calendarSpanAt(fromMs, unit, zone));
    }
  }
  return { bins: merged, names, counts: merged.map((one) => one.counts) };
}

/** The names with the most events, largest first; the rest is merged under the name `others`. */
export function largestNames({ bins, names, counts }: BinCounts, limit: number, others: string): BinCounts {
  const totals = names.map((_, place) => counts.reduce((sum, row) => sum + (row[place] ?? 0), 0));
  const order = [...names.keys()].sort(
    (one, other) =>
      (totals[other] ?? 0) - (totals[one] ?? 0) || ((names[one] ?? '') < (names[other] ?? '') ? -1 : 1),
  );
  const [kept, rest] = [order.slice(0, limit), order.slice(limit)];
  const sumOf = (row: readonly number[], places: readonly number[]): number =>
    places.reduce((sum, place) => sum + (row[place] ?? 0), 0);
  return {
    bins,
    names: [...kept.map((place) => names[place] ?? ''), ...(rest.length > 0 ? [others] : [])],
    counts: counts.map((row) => [
      ...kept.map((place) => row[place] ?? 0),
      ...(rest.length > 0 ? [sumOf(row, rest)] : []),
    ]),
  };
}

/** The total of each bin. */
export function totalsOf({ counts }: BinCounts): number[] {
  return counts.map((row) => row.reduce((sum, count) => sum + count, 0));
}
