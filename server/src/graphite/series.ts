// Defines a series of numbers over time, which keeps only the points that differ from the rest. Pure.

import { RenderError } from './render-error';

/** A series: `length` steps of `step` seconds from `start`. */
export interface Series {
  /** The name in `target`. */
  readonly name: string;
  /** The expression of the series, before any alias. */
  readonly expression: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Seconds since the epoch of the first step. */
  readonly start: number;
  readonly step: number;
  readonly length: number;
  /**
   * Second -> value; each second is `start` plus a whole number of steps. Ascending and without nulls if `rest` is null.
   */
  readonly points: ReadonlyMap<number, number | null>;
  /** The value of all steps without an entry in `points`. */
  readonly rest: number | null;
  /** How the points of several steps become one. */
  readonly consolidation: Aggregation;
}

/** The values of the steps that become one step; at least one value. */
interface Values {
  /** The values of steps with an entry, in order. */
  readonly own: readonly number[];
  /** The number of the other steps. Each has the value `rest`. */
  readonly others: number;
  readonly rest: number;
  /** Whether the last step is one of the others. */
  readonly endsWithRest: boolean;
}

const sum = ({ own, others, rest }: Values): number => own.reduce((a, b) => a + b, 0) + others * rest;
const count = ({ own, others }: Values): number => own.length + others;
const average = (values: Values): number => sum(values) / count(values);
const last = ({ own, rest, endsWithRest }: Values): number => (endsWithRest ? rest : (own.at(-1) ?? rest));

function median(values: Values): number {
  const { own, others, rest } = values;
  const sorted = [...own].sort((a, b) => a - b);
  const below = sorted.filter((value) => value < rest).length;
  const at = (place: number): number =>
    (place < below ? sorted[place] : place < below + others ? rest : sorted[place - others]) ?? 0;
  const middle = count(values) >> 1;
  return count(values) % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
}

/** Graphite's names for the ways to combine several values. */
export const aggregations = {
  sum,
  total: sum,
  average,
  avg: average,
  max: ({ own, others, rest }) =>
    own.reduce((a, b) => Math.max(a, b), others > 0 ? rest : Number.NEGATIVE_INFINITY),
  min: ({ own, others, rest }) =>
    own.reduce((a, b) => Math.min(a, b), others > 0 ? rest : Number.POSITIVE_INFINITY),
  last,
  current: last,
  count,
  median,
} as const satisfies Record<string, (values: Values) => number>;

export type Aggregation = keyof typeof aggregations;

/** All steps, in order. */
export function* everyStep({
  start,
  step,
  length,
  points,
  rest,
}: Series): Generator<[number, number | null]> {
  for (let i = 0; i < length; i++) {
    const second = start + i * step;
    const value = points.get(second);
    yield [second, value === undefined ? rest : value];
  }
}

/** The series with another value in place of null. */
export function withoutNulls(series: Series, value: number): Series {
  if (series.rest === null) return { ...series, rest: value };
  return { ...series, points: new Map(Array.from(series.points, ([second, own]) => [second, own ?? value])) };
}

/** A copy of the series with other steps; a point belongs to the step that contains its second, and no point is lost. */
export function regroup(
  given: Series,
  { start, step, length }: Pick<Series, 'start' | 'step' | 'length'>,
  aggregation: Aggregation,
): Series {
  const series = given.rest !== null && step % given.step !== 0 ? spellOut(given) : given;
  const { rest } = series;
  const combine = aggregations[aggregation];
  const groups = new Map<number, Group>();
  const groupAt = (second: number): Group => {
    const known = groups.get(second);
    if (known) return known;
    const group = { own: [], nulls: 0, lastEntry: Number.NEGATIVE_INFINITY };
    groups.set(second, group);
    return group;
  };
  for (const [second, value] of series.points) {
    const group = groupAt(start + Math.floor((second - start) / step) * step);
    if (value === null) group.nulls++;
    else group.own.push(value);
    group.lastEntry = Math.max(group.lastEntry, second);
  }
  if (rest !== null) {
    // Groups at the edges have fewer steps, so their value differs from the value of the rest.
    const lastGroup = start + (length - 1) * step;
    for (let at = start; at <= lastGroup && stepsIn(series, at, step) < step / series.step; at += step)
      groupAt(at);
    for (let at = lastGroup; at >= start && stepsIn(series, at, step) < step / series.step; at -= step)
      groupAt(at);
  }
  const points = new Map<number, number | null>();
  for (const [second, { own, nulls, lastEntry }] of groups) {
    const others = rest === null ? 0 : stepsIn(series, second, step) - own.length - nulls;
    const lastStep = series.start + (stepsBefore(series, second + step) - 1) * series.step;
    points.set(
      second,
      own.length + others === 0
        ? null
        : combine({ own, others, rest: rest ?? 0, endsWithRest: others > 0 && lastEntry < lastStep }),
    );
  }
  const others = step / series.step;
  return {
    ...series,
    start,
    step,
    length,
    points,
    rest: rest === null ? null : combine({ own: [], others, rest, endsWithRest: true }),
  };
}

interface Group {
  readonly own: number[];
  nulls: number;
  lastEntry: number;
}

/** The number of steps of a series that start before a second. */
function stepsBefore({ start, step, length }: Series, second: number): number {
  return Math.min(length, Math.max(0, Math.ceil((second - start) / step)));
}

/** The number of steps of a series that start within `step` seconds from `second`. */
function stepsIn(series: Series, second: number, step: number): number {
  return stepsBefore(series, second + step) - stepsBefore(series, second);
}

const maxSpelledOut = 10_000;

/** The same series with an entry for each value: needed where the number of steps differs from group to group. */
function spellOut(series: Series): Series {
  if (series.length > maxSpelledOut) {
    throw new RenderError(
      `steps of ${series.step} s cannot be combined for more than ${maxSpelledOut} steps; use an interval that is a multiple of ${series.step} s, or a shorter range`,
    );
  }
  const points = new Map([...everyStep(series)].filter(([, value]) => value !== null));
  return { ...series, points, rest: null };
}

/** The series with at most `maxPoints` steps. Their edges stay fixed while a dashboard moves on. */
export function consolidate(series: Series, maxPoints: number): Series {
  const { start, step, length } = series;
  if (maxPoints === 0 || length <= maxPoints) return series;
  if (maxPoints === 1)
    return regroup(series, { start, step: step * length, length: 1 }, series.consolidation);
  // One step is reserved for the part that edges at multiples of the new step cut off.
  const wide = step * Math.ceil(length / (maxPoints - 1));
  const aligned = Math.floor(start / wide) * wide;
  const wideLength = Math.ceil((start + step * length - aligned) / wide);
  return regroup(series, { start: aligned, step: wide, length: wideLength }, series.consolidation);
}
