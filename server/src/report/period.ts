// The months, quarters and years of a range, by the calendar of a time zone. Pure.

import { type CalendarUnit, calendarSpanAt } from '@anthracite/protocol';
import type { Range } from './affected-time';

/** The calendar's units that a report can be divided by. */
export const reportPeriods = ['month', 'quarter', 'year'] as const satisfies readonly CalendarUnit[];

export type ReportPeriod = (typeof reportPeriods)[number];

/** The parts of a range that the calendar makes, in order, `limit` of them at most; the first and the last may be cut. */
export function periodsOf(
  { fromMs, untilMs }: Range,
  period: ReportPeriod,
  zone: string,
  limit: number,
): Range[] {
  const parts: Range[] = [];
  for (let at = fromMs; at < untilMs && parts.length < limit; ) {
    const { end } = calendarSpanAt(at, period, zone);
    parts.push({ fromMs: at, untilMs: Math.min(end, untilMs) });
    at = end;
  }
  return parts;
}
