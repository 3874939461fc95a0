// What the pictures of a report are drawn from: its spans as bars, and the time that incidents took, as it added up. Pure.

import type { Scale, Severity, Span } from '@anthracite/protocol/core';
import { type AffectedTime, affectedTime, type Range } from './affected-time';
import { reachesInto, timeToResolve } from './incident-figures';

/** A span as a picture shows it. Times in milliseconds since the epoch. */
export interface SpanBar {
  readonly id: number;
  readonly title: string;
  readonly scale: Scale;
  /** The gravest that it had. */
  readonly severity: Severity | null;
  readonly begin: number;
  /** Null while it is open. */
  readonly end: number | null;
  /** From start to end; null where one of them is not marked. */
  readonly timeToResolve: number | null;
}

/** The time that incidents took from the begin of the range up to an instant. */
export interface TakenTime extends AffectedTime {
  readonly time: number;
}

/** A day of the range, as far as it lies in it. */
export interface DayFigures extends Range {
  /** Incidents that reach into it. */
  readonly incidents: number;
  readonly downMs: number;
}

export interface ReportPictures {
  /** Incidents and gains that reach into the range, in order of their begin. */
  readonly bars: readonly SpanBar[];
  /** How many more there are: those that are shown are the gravest, and of these the longest. */
  readonly moreBars: number;
  /** In order of time, from the begin of the range to its end. */
  readonly taken: readonly TakenTime[];
  readonly days: readonly DayFigures[];
}

/** What pictures are made of. */
export interface PicturesInput {
  /** All spans that reach into the range, in order of their begin. */
  readonly spans: readonly Span[];
  readonly range: Range;
  /** Consecutive parts of the range. */
  readonly days: readonly Range[];
  /** The first line of what a span is about. */
  readonly titleOf: (span: Span) => string;
}

const maxBars = 500;
// Where more happened, what adds up is looked at in equal steps.
const maxInstants = 600;

/** Makes what the pictures are drawn from. */
export function createPictures({ spans, range, days, titleOf }: PicturesInput): ReportPictures {
  const shown = spans.filter(({ scale }) => scale !== 'other').filter((span) => reachesInto(span, range));
  const incidents = shown.filter(({ scale }) => scale === 'incident');
  const daySpans = spansOf(days, incidents);
  const bars = gravestOf(shown, range);
  return {
    bars: bars.map((span) => toBar(span, titleOf(span))),
    moreBars: shown.length - bars.length,
    taken: addUp(incidents, range),
    days: days.map(({ fromMs, untilMs }, i) => {
      const touching = daySpans[i] as readonly Span[];
      const day = { fromMs, untilMs };
      return { ...day, incidents: touching.length, downMs: affectedTime(touching, day).ms };
    }),
  };
}

function toBar(span: Span, title: string): SpanBar {
  const { id, scale, severity, begin, end } = span;
  return { id, title, scale, severity, begin, end, timeToResolve: timeToResolve(span)[0] ?? null };
}

function gravestOf(spans: readonly Span[], { untilMs }: Range): readonly Span[] {
  if (spans.length <= maxBars) return spans;
  const lengthOf = ({ begin, end }: Span): number => (end ?? untilMs) - begin;
  const gravest = [...spans]
    .sort((one, other) => (one.severity ?? 5) - (other.severity ?? 5) || lengthOf(other) - lengthOf(one))
    .slice(0, maxBars);
  const isAmong = new Set(gravest);
  return spans.filter((span) => isAmong.has(span));
}

function addUp(incidents: readonly Span[], range: Range): TakenTime[] {
  const instants = instantsOf(incidents, range);
  const parts = instants.slice(1).map((untilMs, i) => ({ fromMs: instants[i] as number, untilMs }));
  const partSpans = spansOf(parts, incidents);
  let [ms, weightedMs] = [0, 0];
  const taken: TakenTime[] = [{ time: range.fromMs, ms, weightedMs }];
  for (const [i, part] of parts.entries()) {
    const more = affectedTime(partSpans[i] as readonly Span[], part);
    ms += more.ms;
    weightedMs += more.weightedMs;
    taken.push({ time: part.untilMs, ms, weightedMs });
  }
  return taken;
}

// Where the time that is taken may begin, end, or weigh otherwise: between these it grows evenly.
function instantsOf(incidents: readonly Span[], { fromMs, untilMs }: Range): number[] {
  const changes = incidents.flatMap(({ end, levels }) => [end ?? untilMs, ...levels.map(({ time }) => time)]);
  const inside = [...new Set(changes)].filter((time) => time > fromMs && time < untilMs);
  const step = (untilMs - fromMs) / maxInstants;
  const steps = Array.from({ length: maxInstants - 1 }, (_, i) => Math.round(fromMs + step * (i + 1)));
  const between = inside.length < maxInstants ? inside : steps.filter((time) => time < untilMs);
  return [fromMs, ...[...new Set(between)].sort((one, other) => one - other), untilMs];
}

/** The spans that reach into each of consecutive ranges; `spans` are in order of their begin. */
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
