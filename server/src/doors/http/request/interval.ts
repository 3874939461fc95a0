// Defines the intervals of counts: fixed intervals, and calendar intervals in a time zone. Pure.

import { type CalendarSpan, type CalendarUnit, calendarSpanAt } from '@anthracite/protocol';

/** An interval, and the unit that the store counts by: a calendar interval is put together from quarters of an hour. */
export interface Interval {
  /** Milliseconds that the store counts by. */
  readonly unitMs: number;
  /** The start of the interval that contains an instant; milliseconds since the epoch. */
  startOf(timeMs: number): number;
  /** The start of the next interval after an instant. */
  endOf(timeMs: number): number;
}

const second = 1_000;
const fixedUnits: Readonly<Record<string, number>> = {
  s: second,
  min: 60 * second,
  h: 3_600 * second,
};
const calendarUnits: Readonly<Record<string, CalendarUnit>> = {
  d: 'day',
  w: 'week',
  mon: 'month',
  q: 'quarter',
  y: 'year',
};
// Offsets of time zones are multiples of a quarter of an hour, and clocks change at such times.
const calendarUnitMs = 15 * 60 * second;

/** The form of an interval, for errors and docs. */
export const intervalForm = 'a number and s, min or h, such as 5min or 6h; or 1d, 1w, 1mon, 1q or 1y';

const durationUnits = { ...fixedUnits, d: 86_400 * second, w: 7 * 86_400 * second };

/** Parses a duration such as `30s`, `15min`, `6h` or `1d`, in milliseconds; null when it is invalid. A day has 24 hours. */
export function parseDuration(text: string): number | null {
  return parseFixed(text, durationUnits);
}

function parseFixed(text: string, units: Readonly<Record<string, number>>): number | null {
  const [, digits = '', unit = ''] = /^(\d{1,6})([a-z]{1,3})$/.exec(text) ?? [];
  const ms = Number(digits) * (units[unit] ?? 0);
  return ms > 0 ? ms : null;
}

/** Parses an interval; null when it is invalid. Intervals of a day or more are calendar intervals in a time zone. */
export function parseInterval(text: string, zone: string): Interval | null {
  const calendarUnit = calendarUnits[/^1([a-z]{1,3})$/.exec(text)?.[1] ?? ''];
  if (calendarUnit !== undefined) {
    const spanAt = rememberLast((time) => calendarSpanAt(time, calendarUnit, zone));
    return {
      unitMs: calendarUnitMs,
      startOf: (time) => spanAt(time).start,
      endOf: (time) => spanAt(time).end,
    };
  }
  const unitMs = parseFixed(text, fixedUnits);
  if (unitMs === null) return null;
  const startOf = (time: number): number => Math.floor(time / unitMs) * unitMs;
  return { unitMs, startOf, endOf: (time) => startOf(time) + unitMs };
}

// Counts come in order of time, so most have the same start as the previous one.
function rememberLast(spanAt: (time: number) => CalendarSpan): (time: number) => CalendarSpan {
  let last = { start: 0, end: 0 };
  return (time) => {
    if (time < last.start || time >= last.end) last = spanAt(time);
    return last;
  };
}
