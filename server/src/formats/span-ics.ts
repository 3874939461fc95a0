// Writes spans as an iCalendar file (RFC 5545): each is an entry from its start to its end that does not block time.

import { calendarEvent } from './ics';
import { calendarInstant } from './instant';
import type { Revisions } from './revision';
import type { TitledSpan } from './titled-span';

/**
 * A span as a calendar entry. An open span lasts until now, and is marked as open. The entry changes with each mark of the
 * span, and with each change of a mark.
 */
export function spanToIcs(span: TitledSpan, now: number, revisions: Revisions): string {
  const { id, type, key, title, begin, end, tags, marks, markCount } = span;
  const from = calendarInstant(begin);
  const changes = marks.flatMap((mark) => revisions.get(mark.id) ?? []);
  // The times of planned marks tell nothing about when they were made.
  const times = [begin, end ?? begin, ...changes.map(({ at }) => at)].filter((time) => time <= now);
  return calendarEvent({
    // As its first mark was first: an entry that is moved stays the same entry.
    uid: `span-${id}-${calendarInstant(revisions.get(id)?.firstTime ?? begin)}`,
    stamp: times.length === 0 ? from : calendarInstant(Math.max(...times)),
    sequence: markCount - 1 + changes.reduce((sum, { count }) => sum + count, 0),
    start: from,
    // A zero-length entry has no end: RFC 5545 requires the end to be later than the start.
    end: calendarInstant(Math.max(begin, end ?? now)),
    summary: end === null ? `${title} (open)` : title,
    description: key === null ? type : `${type} ${key}`,
    categories: [type, ...tags],
  });
}
