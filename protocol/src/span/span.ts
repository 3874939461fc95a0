// Builds spans from marks. Pure. Missing, repeated and unordered marks are handled by the rules of `docs/spans.md`, and reported
// as problems of the span.

import type { MarkMeaning, MarkRole, Origin, Scale, Severity } from './mark';

/** A mark: an event that marks the start, the detection, an update or the end of a span. */
export interface Mark {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly type: string;
  readonly tags: readonly string[];
  readonly meaning: MarkMeaning;
}

/** Problems with the marks of a span. */
export const spanProblems = {
  no_start: 'the span has no start mark; its first mark counts as its start',
  doubled_start: 'the span has several start marks; the first of them counts',
  doubled_detected: 'the span has several detection marks; the first of them counts',
  doubled_end: 'the span has several end marks; the first of them counts',
  detected_before_start: 'the detection is before the start; the span counts as detected at its start',
  detected_after_end: 'the detection is after the end of the span',
  end_before_start: 'the end is before the start of the span; without a later end mark, the duration is 0',
  reopened: 'an earlier span with the same key had already ended',
  bad_severity: 'a severity is not sev1 to sev4, and is ignored',
  bad_impact: 'an impact is not a number from 0 to 100, and is ignored',
  bad_origin: 'an origin is neither self nor external, and is ignored',
} as const satisfies Record<string, string>;

export type SpanProblem = keyof typeof spanProblems;

/** The severity and impact of a span from an instant on. */
export interface SpanLevel {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly severity: Severity | null;
  readonly impact: number | null;
}

/** A span. Times in milliseconds since the epoch. */
export interface Span {
  /** The id of its start mark, or of its first mark if it has no start mark. */
  readonly id: number;
  /** The stem of that mark's type: `incident_sev2`. */
  readonly type: string;
  readonly key: string | null;
  readonly scale: Scale;
  /** Its start, or its first mark if it has no start mark. */
  readonly begin: number;
  readonly start: number | null;
  readonly detected: number | null;
  /** Never before `begin`; null while the span is open. */
  readonly end: number | null;
  /** The highest severity that it ever had. */
  readonly severity: Severity | null;
  /** The largest impact that it ever had. */
  readonly impact: number | null;
  readonly origin: Origin | null;
  /** Severity and impact over time: the first level starts at `begin`. Never empty. */
  readonly levels: readonly SpanLevel[];
  readonly problems: readonly SpanProblem[];
  /** The different tags of its first hundred marks. */
  readonly tags: readonly string[];
  /** Its first hundred marks, ordered by time. */
  readonly marks: readonly SpanMark[];
  /** The total number of its marks. */
  readonly markCount: number;
}

/** A mark in the list of a span. */
export type SpanMark = Pick<Mark, 'id' | 'time' | 'type'> & { readonly role: MarkRole };

const maxListedMarks = 100;

/** Number of marks that determine severity, impact, origin and tags of a span. Later marks only start, detect or end it. */
export const maxWeighedMarks = 1_000;

/** Builds spans from marks in any order. The spans are ordered by `begin`. */
export function pairMarks(marks: Iterable<Mark>): Span[] {
  const groups = new Map<string, Mark[]>();
  for (const mark of marks) {
    const group = groups.get(mark.meaning.group);
    if (group === undefined) groups.set(mark.meaning.group, [mark]);
    else group.push(mark);
  }
  return [...groups.values()].flatMap(pairGroup).sort(compareSpans);
}

/** Compares spans by `begin`, then by id. */
export function compareSpans(one: Pick<Span, 'begin' | 'id'>, other: Pick<Span, 'begin' | 'id'>): number {
  return one.begin - other.begin || one.id - other.id;
}

/** Compares marks by time, then by id. */
export function compareMarks(one: Pick<Mark, 'time' | 'id'>, other: Pick<Mark, 'time' | 'id'>): number {
  return one.time - other.time || one.id - other.id;
}

/** Builds the spans of one group from marks in any order. The spans are in the order of their marks. */
function pairGroup(marks: readonly Mark[]): Span[] {
  const spans: Builder[] = [];
  for (const mark of [...marks].sort(compareMarks)) {
    const last = spans.at(-1);
    if (last?.take(mark)) continue;
    const isReopened = last !== undefined && mark.meaning.key !== null;
    spans.push(new Builder(mark, isReopened));
  }
  return spans.map((span) => span.build());
}

/**
 * Builds one span from ordered marks that the caller knows to belong together. Of many marks, the first `maxWeighedMarks` and
 * those after them that start, detect or end the span are enough; `markCount` is the total number.
 */
export function buildSpan(marks: readonly Mark[], isReopened: boolean, markCount = marks.length): Span {
  const [first, ...others] = marks;
  if (first === undefined) throw new RangeError('a span has at least one mark');
  const builder = new Builder(first, isReopened);
  for (const mark of others) builder.take(mark);
  return { ...builder.build(), markCount };
}

/** Builds a span from its marks, which must be added in order of time. */
class Builder {
  readonly #marks: Mark[] = [];
  readonly #problems = new Set<SpanProblem>();
  readonly #isKeyed: boolean;
  #start: Mark | null = null;
  #detected: Mark | null = null;
  #end: Mark | null = null;
  /** An end before any start. */
  #earlyEnd: Mark | null = null;
  /** The number of weighed marks before its end. */
  #endedWith = Number.POSITIVE_INFINITY;
  #count = 0;

  constructor(first: Mark, isReopened: boolean) {
    this.#isKeyed = first.meaning.key !== null;
    if (isReopened) this.#problems.add('reopened');
    this.take(first);
  }

  /** Takes the next mark; false if it belongs to the next span. */
  take(mark: Mark): boolean {
    const { role, problems } = mark.meaning;
    if (!this.#belongs(role)) return false;
    if (++this.#count <= maxWeighedMarks) {
      this.#marks.push(mark);
      for (const problem of problems) this.#problems.add(problem);
    }
    if (role === 'start') this.#takeStart(mark);
    else if (role === 'end') this.#takeEnd(mark);
    else if (role === 'update') return true;
    else if (this.#detected !== null) this.#problems.add('doubled_detected');
    else this.#detected = mark;
    return true;
  }

  // An open span takes every mark. An ended span takes further end marks. With a key, it also takes late detections and updates,
  // and the start mark that should have been before its end.
  #belongs(role: MarkRole): boolean {
    if (this.#end === null || role === 'end') return true;
    return (
      this.#isKeyed &&
      (role === 'detected' ||
        role === 'update' ||
        (this.#start === null && this.#marks[0]?.meaning.role === 'end'))
    );
  }

  #takeStart(mark: Mark): void {
    if (this.#start !== null) {
      this.#problems.add('doubled_start');
      return;
    }
    this.#start = mark;
    if (this.#end === null) return;
    this.#earlyEnd = this.#end;
    this.#end = null;
    this.#endedWith = Number.POSITIVE_INFINITY;
    this.#problems.add('end_before_start');
  }

  #takeEnd(mark: Mark): void {
    if (this.#end !== null) {
      this.#problems.add('doubled_end');
      return;
    }
    this.#end = mark;
    this.#endedWith = this.#marks.length;
  }

  build(): Span {
    const first = this.#start ?? (this.#marks[0] as Mark);
    const begin = first.time;
    // With only an early end, the span has ended at an unknown time.
    const end = this.#end?.time ?? (this.#earlyEnd === null ? null : begin);
    const detected = this.#detected?.time ?? null;
    const problems = new Set(this.#problems);
    if (this.#start === null) problems.add('no_start');
    else if (detected !== null && detected < begin) problems.add('detected_before_start');
    if (detected !== null && end !== null && detected > end) problems.add('detected_after_end');
    const counting = this.#marks.slice(0, this.#endedWith);
    return {
      id: first.id,
      type: first.meaning.stem,
      key: first.meaning.key,
      scale: first.meaning.scale,
      begin,
      start: this.#start?.time ?? null,
      detected,
      end,
      severity: highestSeverityOf(counting),
      impact: largestImpactOf(counting),
      origin: this.#marks.reduce<Origin | null>((known, { meaning }) => meaning.origin ?? known, null),
      levels: levelsOf(counting, begin),
      problems: [...problems].sort(),
      tags: [...new Set(this.#marks.slice(0, maxListedMarks).flatMap(({ tags }) => tags))],
      marks: this.#marks
        .slice(0, maxListedMarks)
        .map(({ id, time, type, meaning: { role } }) => ({ id, time, type, role })),
      markCount: this.#count,
    };
  }
}

function highestSeverityOf(marks: readonly Mark[]): Severity | null {
  let highest: Severity | null = null;
  for (const { severity } of marks.map(({ meaning }) => meaning)) {
    if (severity !== null && (highest === null || severity < highest)) highest = severity;
  }
  return highest;
}

function largestImpactOf(marks: readonly Mark[]): number | null {
  let largest: number | null = null;
  for (const { impact } of marks.map(({ meaning }) => meaning)) {
    if (impact !== null && (largest === null || impact > largest)) largest = impact;
  }
  return largest;
}

// The first severity and the first impact of the marks hold from `begin` on; later values hold until the next change.
function levelsOf(marks: readonly Mark[], begin: number): SpanLevel[] {
  let severity = marks.find(({ meaning }) => meaning.severity !== null)?.meaning.severity ?? null;
  let impact = marks.find(({ meaning }) => meaning.impact !== null)?.meaning.impact ?? null;
  const levels: SpanLevel[] = [{ time: begin, severity, impact }];
  for (const { time, meaning } of marks) {
    if ((meaning.severity ?? severity) === severity && (meaning.impact ?? impact) === impact) continue;
    severity = meaning.severity ?? severity;
    impact = meaning.impact ?? impact;
    // At one instant, or before `begin`, the last value counts.
    if ((levels.at(-1) as SpanLevel).time >= time) levels.pop();
    const before = levels.at(-1);
    if (before?.severity === severity && before.impact === impact) continue;
    levels.push({ time: Math.max(begin, time), severity, impact });
  }
  return levels;
}
