// Divides a range into calendar months, quarters and years in a time zone. Pure.

import { type CalendarUnit, calendarSpanAt, formatTime } from '@anthracite/protocol';
import type { Range } from './intervals';
import type { NamedRange } from './report';

/** The calendar units by which a report can be divided. */
export const reportPeriods = ['month', 'quarter', 'year'] as const satisfies readonly CalendarUnit[];

export type ReportPeriod = (typeof reportPeriods)[number];

/** The calendar parts of a range, in order, at most `limit`; the first and the last may be incomplete. */
export function periodsOf(
  { fromMs, untilMs }: Range,
  period: ReportPeriod,
  zone: string,
  limit: number,
): NamedRange[] {
  const parts: NamedRange[] = [];
  for (let at = fromMs; at < untilMs && parts.length < limit; ) {
    const { end } = calendarSpanAt(at, period, zone);
    parts.push({ name: nameOf(at, period, zone), fromMs: at, untilMs: Math.min(end, untilMs) });
    at = end;
  }
  return parts;
}

// `2026-01`, `2026-Q1`, `2026`.
function nameOf(timeMs: number, period: ReportPeriod, zone: string): string {
  const [year = '', month = ''] = formatTime(timeMs, zone).split('-');
  if (period === 'year') return year;
  return period === 'month' ? `${year}-${month}` : `${year}-Q${Math.ceil(Number(month) / 3)}`;
}
