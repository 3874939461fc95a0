// Days, weeks, months, quarters and years of the calendar in a time zone, across its clock changes.

import { DateTime } from 'luxon';

/** Weeks begin on Monday. */
export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** The unit that an instant lies in: from `start` up to, and without, `end`. Milliseconds since the epoch. */
export interface CalendarSpan {
  readonly start: number;
  readonly end: number;
}

/** The calendar's unit around an instant. `zone` is a name that `isTimeZone` knows. */
export function calendarSpanAt(timeMs: number, unit: CalendarUnit, zone: string): CalendarSpan {
  const start = DateTime.fromMillis(timeMs, { zone }).startOf(unit);
  return { start: start.toMillis(), end: start.plus({ [`${unit}s`]: 1 }).toMillis() };
}
