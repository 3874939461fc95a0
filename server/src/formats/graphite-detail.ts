// Writes one event in the shape of Graphite's GET /events/<id>: `when` as ISO 8601, not in seconds as in lists.

import { type EventDetail, formatTime, type StoredEvent, toGraphite } from '@anthracite/protocol';

/** Graphite's fields, and `key` if the event has one. */
export function detailOf(event: StoredEvent, key: string | null): EventDetail {
  return { ...toGraphite(event), when: formatTime(event.time, 'UTC'), ...(key !== null && { key }) };
}
