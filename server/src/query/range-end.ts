// Ranges do not include their end. These convert it to and from the last instant of a range. Pure.

/** The end of a range, from its last instant: both in milliseconds since the epoch. Times of events are whole milliseconds. */
export function endAfter(lastMs: number): number {
  return Math.floor(lastMs) + 1;
}

/** The last instant of a range, from its end: both in milliseconds since the epoch. */
export function lastBefore(untilMs: number): number {
  return untilMs - 1;
}
