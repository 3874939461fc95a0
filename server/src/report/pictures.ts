// Computes the data of a report's charts: spans as bars, and the cumulative time of incidents. Pure.

import type { Scale, Severity, Span } from '@anthracite/protocol/core';
import { type AffectedTime, affectedTime, type Excuse } from './affected-time';
import { reachesInto, timeToResolve } from './incident-figures';
import { clip, lengthOf, type Range } from './intervals';

/** A span in a chart. Times in milliseconds since the epoch. */
export interface SpanBar {
  readonly id: number;
  readonly title: string;
  readonly scale: Scale;
  /** Its highest severity. */
  readonly severity: Severity | null;
  readonly begin: number;
  /** Null while it is open. */
  readonly end: number | null;
  /** From start to end; null when one of them is not marked. */
  readonly timeToResolve: number | null;
}

/** The time of incidents from the start of the data in the range up to an instant. */
export interface TakenTime extends AffectedTime {
  readonly time: number;
}

/** A day of the range, limited to the range. */
export interface DayFigures extends Range {
  /** Incidents that overlap it. */
  readonly incidents: number;
  readonly downMs: number;
}

export interface ReportPictures {
  /** Incidents and gains that overlap the range, in order of their start. */
  readonly bars: readonly SpanBar[];
  /** Number of further spans: the most severe are shown, and among those the longest. */
  readonly moreBars: number;
  /** In order of time, from the start of the data in the range to its end; empty without data. */
  readonly taken: readonly TakenTime[];
  readonly days: readonly DayFigures[];
}

/** The input of the charts. */
export interface PicturesInput {
  /** All spans that overlap the range, in order of their start. */
  readonly spans: readonly Span[];
  readonly range: Range;
  /** The part of the range with data. */
  readonly known: Range;
  /** The time in which a span does not count. */
  readonly excuseOf: Excuse;
  /** Consecutive parts of the range. */
  readonly days: readonly Range[];
  /** The title of a span. */
  readonly titleOf: (span: Span) => string;
}

const maxBars = 500;
// With more instants, the cumulative time is computed in equal steps.
const maxInstants = 600;

/** Computes the data of the charts. */
export function createPictures(input: PicturesInput): ReportPictures {
  const { spans, range, known, excuseOf, days, titleOf } = input;
  const shown = shownSpans(spans, range);
  const incidents = shown.filter(({ scale }) => scale === 'incident');
  const daySpans = spansOf(days, incidents);
  const bars = mostSevereOf(shown, range);
  return {
    bars: bars.map((span) => toBar(span, titleOf(span))),
    moreBars: shown.length - bars.length,
    taken: lengthOf(known) === 0 ? [] : addUp(incidents, known, excuseOf),
    days: days.map(({ fromMs, untilMs }, i) => {
      const touching = daySpans[i] as readonly Span[];
      const day = { fromMs, untilMs };
      const { ms: downMs } = affectedTime(touching, clip(day, known), excuseOf);
      return { ...day, incidents: touching.length, downMs };
    }),
  };
}

/** The spans shown as bars, out of all that overlap a range. */
export function spansWithBars(spans: readonly Span[], range: Range): readonly Span[] {
  return mostSevereOf(shownSpans(spans, range), range);
}

function shownSpans(spans: readonly Span[], range: Range): readonly Span[] {
  return spans.filter((span) => span.scale !== 'other' && reachesInto(span, range));
}

function toBar(span: Span, title: string): SpanBar {
  const { id, scale, severity, begin, end } = span;
  return { id, title, scale, severity, begin, end, timeToResolve: timeToResolve(span)[0] ?? null };
}

function mostSevereOf(spans: readonly Span[], { untilMs }: Range): readonly Span[] {
  if (spans.length <= maxBars) return spans;
  const lengthOf = ({ begin, end }: Span): number => (end ?? untilMs) - begin;
  const mostSevere = [...spans]
    .sort((one, other) => (one.severity ?? 5) - (other.severity ?? 5) || lengthOf(other) - lengthOf(one))
    .slice(0, maxBars);
  const isAmong = new Set(mostSevere);
  return spans.filter((span) => isAmong.has(span));
}

function addUp(incidents: readonly Span[], range: Range, excuseOf: Excuse): TakenTime[] {
  const instants = instantsOf(incidents, range, excuseOf);
  const parts = instants.slice(1).map((untilMs, i) => ({ fromMs: instants[i] as number, untilMs }));
  const partSpans = spansOf(parts, incidents);
  let [ms, weightedMs] = [0, 0];
  const taken: TakenTime[] = [{ time: range.fromMs, ms, weightedMs }];
  for (const [i, part] of parts.entries()) {
    const more = affectedTime(partSpans[i] as readonly Span[], part, excuseOf);
    ms += more.ms;
    weightedMs += more.weightedMs;
    taken.push({ time: part.untilMs, ms, weightedMs });
  }
  return taken;
}

// The instants at which the cumulative time starts, stops, or changes its rate: between them it grows linearly.
function instantsOf(incidents: readonly Span[], { fromMs, untilMs }: Range, excuseOf: Excuse): number[] {
  const changes = incidents.flatMap(({ end, levels }) => [end ?? untilMs, ...levels.map(({ time }) => time)]);
  const excused = [...new Set(incidents.map(excuseOf))].flat();
  const edges = [...changes, ...excused.flatMap((range) => [range.fromMs, range.untilMs])];
  const inside = [...new Set(edges)].filter((time) => time > fromMs && time < untilMs);
  const step = (untilMs - fromMs) / maxInstants;
  const steps = Array.from({ length: maxInstants - 1 }, (_, i) => Math.round(fromMs + step * (i + 1)));
  const between = inside.length < maxInstants ? inside : steps.filter((time) => time < untilMs);
  return [fromMs, ...[...new Set(between)].sort((one, other) => one - other), untilMs];
}

/** The spans that overlap each of consecutive ranges; `spans` are in order of their start. */
function spansOf(ranges: readonly Range[], spans: readonly Span[]): Span[][] {
  const found = ranges.map((): Span[] => []);
  let first = 0;
  for (const span of spans) {
    while (first < ranges.length && (ranges[first] as Range).untilMs <= span.begin) first++;
    for (let place = first; place < ranges.length; place++) {
      const range = ranges[place] as Range;
      if (!reachesInto(span, range)) break;
      found[place]?.push(span);
    }
  }
  return found;
}
