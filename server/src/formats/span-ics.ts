// Writes spans as an iCalendar file (RFC 5545): each is an entry from its start to its end that does not block time.

import { calendarEvent } from './ics';
import { calendarInstant } from './instant';
import type { TitledSpan } from './titled-span';

/** A span as a calendar entry. An open span lasts until now, and is marked as open. */
export function spanToIcs(span: TitledSpan, now: number): string {
  const { id, type, key, title, begin, end, tags } = span;
  const from = calendarInstant(begin);
  return calendarEvent({
    uid: `span-${id}-${from}`,
    stamp: from,
    start: from,
    // A zero-length entry has no end: RFC 5545 requires the end to be later than the start.
    end: calendarInstant(Math.max(begin, end ?? now)),
    summary: end === null ? `${title} (open)` : title,
    description: key === null ? type : `${type} ${key}`,
    categories: [type, ...tags],
  });
}
