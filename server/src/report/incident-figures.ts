// Computes the figures of incidents, or of gains, within a range. Pure. Each figure is defined in `docs/report.md`.

import type { Span, SpanProblem } from '@anthracite/protocol/core';
import { affectedTime, shareLeft } from './affected-time';
import type { Maintenance } from './coverage';
import { isWithin, lengthOf, overlapOf, type Range } from './intervals';
import { type Summary, summarize } from './summary';

/** Incidents in numbers. Times in milliseconds; shares from 0 to 1, null for an empty range. */
export interface IncidentFigures {
  /** Incidents that started in the range. */
  readonly count: number;
  /** Incidents that were open at the end of the range, whenever they started. */
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
  /** Incidents in the range with inconsistent marks. */
  readonly oddMarks: number;
  /** The ids of incidents that started in the range, or overlap it. */
  readonly spans: readonly number[];
  readonly oddMarkIds: readonly number[];
}

/** Gains in numbers. */
export interface GainFigures {
  readonly count: number;
  readonly open: number;
  /** From start to end. */
  readonly duration: Summary;
  readonly gainMs: number;
  readonly weightedGainMs: number;
  /** The share of the range in which there was a gain. */
  readonly share: number | null;
  readonly oddMarks: number;
  readonly spans: readonly number[];
  readonly oddMarkIds: readonly number[];
}

/** Problems of marks that are notes, not errors. */
const harmlessProblems: ReadonlySet<SpanProblem> = new Set(['reopened']);

/** The figures of incidents; `spans` may exceed those of the range. Maintenance counts neither as down nor as up. */
export function incidentFigures(
  spans: readonly Span[],
  range: Range,
  { everywhere, excuseOf }: Maintenance,
): IncidentFigures {
  const begun = spans.filter(({ begin }) => isWithin(begin, range));
  const { ms, weightedMs } = affectedTime(spans, range, excuseOf);
  const countedMs = lengthOf(range) - overlapOf(range, everywhere);
  return {
    count: begun.length,
    open: countOpen(spans, range),
    timeToDetect: summarize(begun.flatMap(timeToDetect)),
    timeToResolve: summarize(begun.flatMap(timeToResolve)),
    timeToRestore: summarize(begun.flatMap(timeToRestore)),
    timeBetweenFailures: summarize(gapsOf(begun)),
    downMs: ms,
    weightedDownMs: weightedMs,
    uptime: shareLeft(ms, countedMs),
    weightedUptime: shareLeft(weightedMs, countedMs),
    ...listedIn(spans, range),
  };
}

/** The figures of gains; `spans` may exceed those of the range. */
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
    ...listedIn(spans, range),
  };
}

/** From start to detection, if both are marked; otherwise empty. */
export function timeToDetect({ start, detected }: Span): number[] {
  return start === null || detected === null ? [] : [Math.max(0, detected - start)];
}

/** From start to end, if both are marked, in this order; otherwise empty. */
export function timeToResolve({ start, end, problems }: Span): number[] {
  if (start === null || end === null) return [];
  return end === start && problems.includes('end_before_start') ? [] : [end - start];
}

/** From detection to end, if both are marked, in this order; otherwise empty. */
export function timeToRestore({ begin, detected, end }: Span): number[] {
  if (detected === null || end === null || detected > end) return [];
  return [end - Math.max(begin, detected)];
}

/** True for a span that has an instant in common with a range. */
export function reachesInto({ begin, end }: Span, { fromMs, untilMs }: Range): boolean {
  return begin < untilMs && (end ?? Number.POSITIVE_INFINITY) >= fromMs;
}

/** True for a span with marks that are missing, duplicate, out of order or invalid. */
export function isInconsistent({ problems }: Span): boolean {
  return problems.some((problem) => !harmlessProblems.has(problem));
}

// From the start of each to the start of the next.
function gapsOf(spans: readonly Span[]): number[] {
  const begins = spans.map(({ begin }) => begin).sort((one, other) => one - other);
  return begins.slice(1).map((begin, i) => begin - (begins[i] as number));
}

function countOpen(spans: readonly Span[], { untilMs }: Range): number {
  return spans.filter(({ begin, end }) => begin < untilMs && (end === null || end >= untilMs)).length;
}

function listedIn(
  spans: readonly Span[],
  range: Range,
): Pick<IncidentFigures, 'oddMarks' | 'spans' | 'oddMarkIds'> {
  const listed = spans.filter((span) => reachesInto(span, range));
  const odd = listed.filter(isInconsistent);
  return { oddMarks: odd.length, spans: listed.map(({ id }) => id), oddMarkIds: odd.map(({ id }) => id) };
}
