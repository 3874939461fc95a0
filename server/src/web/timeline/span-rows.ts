// Places spans in rows without overlaps. Pure: runs in the browser.

import type { SpanEntry } from '@anthracite/protocol/browser';
import { type Look, lookOf } from '../severity-badge';

/** The fields of a span that the timeline shows. */
export type ListedSpan = Pick<
  SpanEntry,
  'id' | 'type' | 'scale' | 'severity' | 'title' | 'begin' | 'detected' | 'end' | 'tags'
>;

/** A span in its row. */
export interface PlacedSpan {
  readonly span: ListedSpan;
  readonly untilMs: number;
  /** Milliseconds from its start to the next span in its row; Infinity for the last span. */
  readonly gapMs: number;
  /** Milliseconds from the end of the previous span in its row to its start; Infinity for the first span. */
  readonly gapBeforeMs: number;
}

/** Rows of one look, from the top, and the number of spans that did not fit. */
export interface SpanRows {
  readonly look: Look;
  readonly rows: readonly (readonly PlacedSpan[])[];
  readonly left: number;
}

const looks: readonly Look[] = ['incident', 'failed', 'gain', 'other'];

/**
 * Places spans in at most `mostRows` rows per look, the most severe first. Open spans last until `now`. Each span takes at least
 * `leastMs`, so that short spans do not overlap.
 */
export function placeSpans(
  spans: readonly ListedSpan[],
  now: number,
  leastMs: number,
  mostRows: number,
): readonly SpanRows[] {
  return looks
    .map((look) => {
      const rows: ListedSpan[][] = [];
      let left = 0;
      for (const span of spans.filter((one) => lookOf(one) === look).sort(mostSevereFirst)) {
        const row = rows.find((one) => one.every((other) => isApart(span, other, now, leastMs)));
        if (row !== undefined) row.push(span);
        else if (rows.length < mostRows) rows.push([span]);
        else left++;
      }
      return { look, rows: rows.map((row) => withGaps(row, now)), left };
    })
    .filter(({ rows }) => rows.length > 0);
}

function mostSevereFirst(one: ListedSpan, other: ListedSpan): number {
  return (one.severity ?? 5) - (other.severity ?? 5) || one.begin - other.begin || one.id - other.id;
}

function isApart(one: ListedSpan, other: ListedSpan, now: number, leastMs: number): boolean {
  const end = (span: ListedSpan): number => Math.max(untilOf(span, now), span.begin + leastMs);
  return end(one) <= other.begin || end(other) <= one.begin;
}

function withGaps(row: readonly ListedSpan[], now: number): PlacedSpan[] {
  const sorted = [...row].sort((one, other) => one.begin - other.begin);
  return sorted.map((span, i) => ({
    span,
    untilMs: untilOf(span, now),
    gapMs: (sorted[i + 1]?.begin ?? Number.POSITIVE_INFINITY) - span.begin,
    gapBeforeMs: i === 0 ? Number.POSITIVE_INFINITY : span.begin - untilOf(sorted[i - 1] as ListedSpan, now),
  }));
}

function untilOf({ begin, end }: ListedSpan, now: number): number {
  return Math.max(begin, end ?? now);
}
