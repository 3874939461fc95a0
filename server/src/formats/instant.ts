// Instants as formats write them: always UTC, milliseconds only where there are some.

/** `2026-11-24T10:15:00Z` or `2026-11-24T10:15:00.250Z`: ISO 8601, and RFC 3339. */
export function isoInstant(timeMs: number): string {
  const text = new Date(timeMs).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

/** `2026-11-24 10:15:00 UTC`, for people. */
export function readableInstant(timeMs: number): string {
  return `${isoInstant(timeMs).replace('T', ' ').slice(0, -1)} UTC`;
}

/** `20261124T101500Z`, as calendars write it: whole seconds, cut towards the past. */
export function calendarInstant(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
