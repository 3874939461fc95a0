// One event in the shape of Graphite's GET /events/<id>: `when` as ISO 8601, where the list has seconds.

import { formatTime, type StoredEvent, toGraphite } from '@anthracite/protocol';

/** The event's keys are Graphite's, and no others. */
export function detailOf(event: StoredEvent): Readonly<Record<string, unknown>> {
  return { ...toGraphite(event), when: formatTime(event.time, 'UTC') };
}
