// Intervals that counts are made by: fixed ones, and those of the calendar in a time zone. Pure.

import { type CalendarSpan, type CalendarUnit, calendarSpanAt } from '@anthracite/protocol';

/** An interval, with what the store counts by: a calendar's is put together from quarters of an hour. */
export interface Interval {
  /** Milliseconds that the store counts by. */
  readonly unitMs: number;
  /** The begin of the interval that an instant lies in; milliseconds since the epoch. */
  startOf(timeMs: number): number;
  /** The begin of the interval behind the one that an instant lies in. */
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
// Time zones differ by whole quarters of an hour, and change at them.
const calendarUnitMs = 15 * 60 * second;

/** How an interval is written, for errors and docs. */
export const intervalForm = 'a number and s, min or h, such as 5min or 6h; or 1d, 1w, 1mon, 1q or 1y';

/** Reads a duration such as `30s`, `15min` or `6h`, in milliseconds; null when it is none. */
export function parseDuration(text: string): number | null {
  const [, digits = '', unit = ''] = /^(\d{1,6})([a-z]{1,3})$/.exec(text) ?? [];
  const ms = Number(digits) * (fixedUnits[unit] ?? 0);
  return ms > 0 ? ms : null;
}

/** Reads an interval; null when it is none. Days and longer ones are those of the calendar in a time zone. */
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
  const unitMs = parseDuration(text);
  if (unitMs === null) return null;
  const startOf = (time: number): number => Math.floor(time / unitMs) * unitMs;
  return { unitMs, startOf, endOf: (time) => startOf(time) + unitMs };
}

// Counts come in order of time: most have the same begin as the one before.
function rememberLast(spanAt: (time: number) => CalendarSpan): (time: number) => CalendarSpan {
  let last = { start: 0, end: 0 };
  return (time) => {
    if (time < last.start || time >= last.end) last = spanAt(time);
    return last;
  };
}
