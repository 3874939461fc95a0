// One event in the shape of Graphite's GET /events/<id>: `when` as ISO 8601, where the list has seconds.

import { type StoredEvent, toGraphite } from '@anthracite/protocol';

/** Milliseconds are shown where there are some: `2026-11-22T06:58:35.500Z`, `2026-11-22T06:58:35Z`. */
export function formatIso(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}

/** The event's keys are Graphite's, and no others. */
export function detailOf(event: StoredEvent): Readonly<Record<string, unknown>> {
  return { ...toGraphite(event), when: formatIso(event.time) };
}
