// Formats instants for all formats, in UTC.

/** `2026-11-24T10:15:00.250Z`: ISO 8601 and RFC 3339, always with three decimals: pandas reads mixed precision as text. */
export function isoInstant(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** `2026-11-24 10:15:00 UTC`, for people; with milliseconds if there are any. */
export function readableInstant(timeMs: number): string {
  return `${isoInstant(timeMs)
    .replace('T', ' ')
    .replace(/(?:\.000)?Z$/, '')} UTC`;
}

/** `20261124T101500Z`, for calendars: whole seconds, rounded down. */
export function calendarInstant(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
