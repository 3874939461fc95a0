// The figures of some incidents, or of some gains, within a range. Pure. Each is defined in `docs/report.md`.

import type { Span } from '@anthracite/protocol/core';
import { affectedTime, lengthOf, type Range, shareLeft } from './affected-time';
import { type Summary, summarize } from './summary';

/** Incidents in numbers. Times in milliseconds; shares from 0 to 1, null for an empty range. */
export interface IncidentFigures {
  /** Those that began in the range. */
  readonly count: number;
  /** Those that were not over at its end, whenever they began. */
  readonly open: number;
  readonly timeToDetect: Summary;
  readonly timeToResolve: Summary;
  /** From detection to the end. */
  readonly timeToRestore: Summary;
  readonly timeBetweenFailures: Summary;
  readonly downMs: number;
  readonly weightedDownMs: number;
  readonly uptime: number | null;
  readonly weightedUptime: number | null;
  /** The ids of those that began in the range, or reach into it. */
  readonly spans: readonly number[];
}

/** Good news in numbers. */
export interface GainFigures {
  readonly count: number;
  readonly open: number;
  /** From begin to end. */
  readonly duration: Summary;
  readonly gainMs: number;
  readonly weightedGainMs: number;
  /** The share of the range that had some. */
  readonly share: number | null;
  readonly spans: readonly number[];
}

/** The figures of incidents; `spans` may be more than those of the range. */
export function incidentFigures(spans: readonly Span[], range: Range): IncidentFigures {
  const begun = spans.filter(({ begin }) => isWithin(begin, range));
  const { ms, weightedMs } = affectedTime(spans, range);
  return {
    count: begun.length,
    open: countOpen(spans, range),
    timeToDetect: summarize(begun.flatMap(timeToDetect)),
    timeToResolve: summarize(begun.flatMap(timeToResolve)),
    timeToRestore: summarize(begun.flatMap(timeToRestore)),
    timeBetweenFailures: summarize(gapsOf(begun)),
    downMs: ms,
    weightedDownMs: weightedMs,
    uptime: shareLeft(ms, range),
    weightedUptime: shareLeft(weightedMs, range),
    spans: idsOf(spans, range),
  };
}

/** The figures of gains; `spans` may be more than those of the range. */
export function gainFigures(spans: readonly Span[], range: Range): GainFigures {
  const begun = spans.filter(({ begin }) => isWithin(begin, range));
  const { ms, weightedMs } = affectedTime(spans, range);
  const length = lengthOf(range);
  return {
    count: begun.length,
    open: countOpen(spans, range),
    duration: summarize(begun.flatMap(({ begin, end }) => (end === null ? [] : [end - begin]))),
    gainMs: ms,
    weightedGainMs: weightedMs,
    share: length === 0 ? null : Math.min(1, ms / length),
    spans: idsOf(spans, range),
  };
}

/** From start to detection, where both are marked; none for others. */
export function timeToDetect({ start, detected }: Span): number[] {
  return start === null || detected === null ? [] : [Math.max(0, detected - start)];
}

/** From start to end, where both are marked, one after the other; none for others. */
export function timeToResolve({ start, end, problems }: Span): number[] {
  if (start === null || end === null) return [];
  return end === start && problems.includes('end_before_start') ? [] : [end - start];
}

/** From detection to end, where both are marked, one after the other; none for others. */
export function timeToRestore({ begin, detected, end }: Span): number[] {
  if (detected === null || end === null || detected > end) return [];
  return [end - Math.max(begin, detected)];
}

/** True for an instant within a range, whose end is outside. */
export function isWithin(timeMs: number, { fromMs, untilMs }: Range): boolean {
  return timeMs >= fromMs && timeMs < untilMs;
}

/** True for a span that has an instant in common with a range. */
export function reachesInto({ begin, end }: Span, { fromMs, untilMs }: Range): boolean {
  return begin < untilMs && (end ?? Number.POSITIVE_INFINITY) >= fromMs;
}

// From the begin of one to that of the next.
function gapsOf(spans: readonly Span[]): number[] {
  const begins = spans.map(({ begin }) => begin).sort((one, other) => one - other);
  return begins.slice(1).map((begin, i) => begin - (begins[i] as number));
}

function countOpen(spans: readonly Span[], { untilMs }: Range): number {
  return spans.filter(({ begin, end }) => begin < untilMs && (end === null || end >= untilMs)).length;
}

function idsOf(spans: readonly Span[], range: Range): number[] {
  return spans.filter((span) => reachesInto(span, range)).map(({ id }) => id);
}
