// Pairs marks into spans: what began, was noticed and is over. Pure: knows no clock and no store.
// What is missing, doubled or out of order is handled by the rules of `docs/spans.md`, and shown.

import type { MarkMeaning, MarkRole, Origin, Scale, Severity } from './mark';

/** A mark: an event that says something of a span. */
export interface Mark {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly type: string;
  readonly tags: readonly string[];
  readonly meaning: MarkMeaning;
}

/** What is odd about the marks of a span, or worth to know. */
export const spanProblems = {
  no_start: 'nothing marks its start; it is known from its first mark on',
  doubled_start: 'its start is marked more than once; the first counts',
  doubled_detected: 'its detection is marked more than once; the first counts',
  doubled_end: 'its end is marked more than once; the first counts',
  detected_before_start: 'it was detected before it began, which counts as detected at once',
  detected_after_end: 'it was detected when it was over',
  end_before_start: 'its end is marked before its start; without a later end it took no time',
  reopened: 'the one before it, of the same key, was over',
  bad_impact: 'an impact is no number from 0 to 100, and does not count',
  bad_origin: 'an origin is neither self nor external, and does not count',
} as const satisfies Record<string, string>;

export type SpanProblem = keyof typeof spanProblems;

/** How grave a span is from an instant on. */
export interface SpanLevel {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly severity: Severity | null;
  readonly impact: number | null;
}

/** What lasts: from a start to an end. Times in milliseconds since the epoch. */
export interface Span {
  /** The id of the event that marks its start, or else of its first mark. */
  readonly id: number;
  /** The stem of that mark's type: `incident_sev2`. */
  readonly type: string;
  readonly key: string | null;
  readonly scale: Scale;
  /** From when it is known: its start, or else its first mark. */
  readonly begin: number;
  readonly start: number | null;
  readonly detected: number | null;
  /** Never before `begin`; null while it is open. */
  readonly end: number | null;
  /** The gravest that it ever had. */
  readonly severity: Severity | null;
  /** The largest that it ever had. */
  readonly impact: number | null;
  readonly origin: Origin | null;
  /** How grave it was over time: the first from its begin on, then each change. Never empty. */
  readonly levels: readonly SpanLevel[];
  readonly problems: readonly SpanProblem[];
  /** All tags of its marks, each once. */
  readonly tags: readonly string[];
  /** Its marks in order of time, the first hundred of them. */
  readonly marks: readonly SpanMark[];
  /** How many marks it has. */
  readonly markCount: number;
}

/** A mark as a span lists it. */
export type SpanMark = Pick<Mark, 'id' | 'time' | 'type'> & { readonly role: MarkRole };

const maxListedMarks = 100;

/** Pairs marks, given in any order, into spans, in order of their begin. */
export function pairMarks(marks: Iterable<Mark>): Span[] {
  const groups = new Map<string, Mark[]>();
  for (const mark of marks) {
    const group = groups.get(mark.meaning.group);
    if (group === undefined) groups.set(mark.meaning.group, [mark]);
    else group.push(mark);
  }
  return [...groups.values()].flatMap(pairGroup).sort(compareSpans);
}

/** The order of spans: by their begin, and those of one instant by id. */
export function compareSpans(one: Pick<Span, 'begin' | 'id'>, other: Pick<Span, 'begin' | 'id'>): number {
  return one.begin - other.begin || one.id - other.id;
}

/** The order of marks: by their time, and those of one instant by id. */
export function compareMarks(one: Pick<Mark, 'time' | 'id'>, other: Pick<Mark, 'time' | 'id'>): number {
  return one.time - other.time || one.id - other.id;
}

/** Pairs the marks of one group, given in any order. Spans are in the order of their marks. */
export function pairGroup(marks: readonly Mark[]): Span[] {
  const spans: Builder[] = [];
  for (const mark of [...marks].sort(compareMarks)) {
    const last = spans.at(-1);
    if (last?.take(mark)) continue;
    const isReopened = last !== undefined && mark.meaning.key !== null;
    spans.push(new Builder(mark, isReopened));
  }
  return spans.map((span) => span.build());
}

/** A span as its marks come, in order of time. */
class Builder {
  readonly #marks: Mark[] = [];
  readonly #problems = new Set<SpanProblem>();
  readonly #isKeyed: boolean;
  #start: Mark | null = null;
  #detected: Mark | null = null;
  #end: Mark | null = null;
  /** An end that came before any start. */
  #earlyEnd: Mark | null = null;
  /** How many of the marks had come when it ended. */
  #endedWith = Number.POSITIVE_INFINITY;

  constructor(first: Mark, isReopened: boolean) {
    this.#isKeyed = first.meaning.key !== null;
    if (isReopened) this.#problems.add('reopened');
    this.take(first);
  }

  /** Takes the next mark; false where it belongs to the next span. */
  take(mark: Mark): boolean {
    const { role, problems } = mark.meaning;
    if (!this.#belongs(role)) return false;
    this.#marks.push(mark);
    for (const problem of problems) this.#problems.add(problem);
    if (role === 'start') this.#takeStart(mark);
    else if (role === 'end') this.#takeEnd(mark);
    else if (this.#detected !== null) this.#problems.add('doubled_detected');
    else this.#detected = mark;
    return true;
  }

  // A span that is open takes all that comes. One that is over takes more ends, and, where a key tells that they are its own, a late
  // detection, and the start that should have come before its end.
  #belongs(role: MarkRole): boolean {
    if (this.#end === null || role === 'end') return true;
    return (
      this.#isKeyed &&
      (role === 'detected' || (this.#start === null && this.#marks[0]?.meaning.role === 'end'))
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
    // An early end is the only one that there is: it is over, and nobody knows since when.
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
      severity: gravestOf(counting),
      impact: largestImpactOf(counting),
      origin: this.#marks.reduce<Origin | null>((known, { meaning }) => meaning.origin ?? known, null),
      levels: levelsOf(counting, begin),
      problems: [...problems].sort(),
      tags: [...new Set(this.#marks.slice(0, maxListedMarks).flatMap(({ tags }) => tags))],
      marks: this.#marks
        .slice(0, maxListedMarks)
        .map(({ id, time, type, meaning: { role } }) => ({ id, time, type, role })),
      markCount: this.#marks.length,
    };
  }
}

function gravestOf(marks: readonly Mark[]): Severity | null {
  let gravest: Severity | null = null;
  for (const { severity } of marks.map(({ meaning }) => meaning)) {
    if (severity !== null && (gravest === null || severity < gravest)) gravest = severity;
  }
  return gravest;
}

function largestImpactOf(marks: readonly Mark[]): number | null {
  let largest: number | null = null;
  for (const { impact } of marks.map(({ meaning }) => meaning)) {
    if (impact !== null && (largest === null || impact > largest)) largest = impact;
  }
  return largest;
}

// What the first mark with a severity says holds from the begin on, as does the first impact; then each holds until the next.
function levelsOf(marks: readonly Mark[], begin: number): SpanLevel[] {
  let severity = marks.find(({ meaning }) => meaning.severity !== null)?.meaning.severity ?? null;
  let impact = marks.find(({ meaning }) => meaning.impact !== null)?.meaning.impact ?? null;
  const levels: SpanLevel[] = [{ time: begin, severity, impact }];
  for (const { time, meaning } of marks) {
    if ((meaning.severity ?? severity) === severity && (meaning.impact ?? impact) === impact) continue;
    severity = meaning.severity ?? severity;
    impact = meaning.impact ?? impact;
    // Of what is said at one instant, or before the begin, the last counts.
    if ((levels.at(-1) as SpanLevel).time >= time) levels.pop();
    const before = levels.at(-1);
    if (before?.severity === severity && before.impact === impact) continue;
    levels.push({ time: Math.max(begin, time), severity, impact });
  }
  return levels;
}
