// Spans as an iCalendar file (RFC 5545): each an appointment from its begin to its end, that keeps nobody busy.

import { calendarEvent } from './ics';
import { calendarInstant } from './instant';
import type { TitledSpan } from './titled-span';

/** A span as an appointment. One that is open lasts until now, and says so. */
export function spanToIcs(span: TitledSpan, now: number): string {
  const { id, type, key, title, begin, end, tags } = span;
  const from = calendarInstant(begin);
  return calendarEvent({
    uid: `span-${id}-${from}`,
    stamp: from,
    start: from,
    // An appointment without a length has no end: RFC 5545 wants one that is later.
    end: calendarInstant(Math.max(begin, end ?? now)),
    summary: end === null ? `${title} (open)` : title,
    description: key === null ? type : `${type} ${key}`,
    categories: [type, ...tags],
  });
}
