// Puts spans into rows in which none covers another. Pure: runs in the browser.

import type { Scale, Severity } from '@anthracite/protocol/browser';

/** A span as `GET /spans` has it; times in milliseconds since the epoch. */
export interface ListedSpan {
  readonly id: number;
  readonly type: string;
  readonly scale: Scale;
  readonly severity: Severity | null;
  readonly title: string;
  readonly begin: number;
  readonly detected: number | null;
  readonly end: number | null;
  readonly tags: readonly string[];
}

/** A span in its row. */
export interface PlacedSpan {
  readonly span: ListedSpan;
  readonly untilMs: number;
  /** Milliseconds from its begin up to the next span of its row; Infinity for the last. */
  readonly gapMs: number;
}

/** Rows of one scale, from the top, and how many spans found no place in them. */
export interface SpanRows {
  readonly scale: Scale;
  readonly rows: readonly (readonly PlacedSpan[])[];
  readonly left: number;
}

const scales: readonly Scale[] = ['incident', 'gain', 'other'];

/**
 * Places spans, the gravest first where they compete, in at most `mostRows` rows a scale. Open ones last until `now`. Each takes
 * `leastMs` at least, so that short ones are not drawn over each other.
 */
export function placeSpans(
  spans: readonly ListedSpan[],
  now: number,
  leastMs: number,
  mostRows: number,
): readonly SpanRows[] {
  return scales
    .map((scale) => {
      const rows: ListedSpan[][] = [];
      let left = 0;
      for (const span of spans.filter((one) => one.scale === scale).sort(graverFirst)) {
        const row = rows.find((one) => one.every((other) => isApart(span, other, now, leastMs)));
        if (row !== undefined) row.push(span);
        else if (rows.length < mostRows) rows.push([span]);
        else left++;
      }
      return { scale, rows: rows.map((row) => withGaps(row, now)), left };
    })
    .filter(({ rows }) => rows.length > 0);
}

function graverFirst(one: ListedSpan, other: ListedSpan): number {
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
  }));
}

function untilOf({ begin, end }: ListedSpan, now: number): number {
  return Math.max(begin, end ?? now);
}
