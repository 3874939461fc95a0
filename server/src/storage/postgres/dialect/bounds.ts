// Limits and instants as PostgreSQL's whole numbers.

/** A bound of whole milliseconds: what is at or after a fraction is at or after the next whole number. */
export function boundOf(ms: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.ceil(ms)));
}

/** The end of a statement that returns at most some rows; Infinity for all. */
export function limitTo(limit: number): string {
  return Number.isFinite(limit) ? ` LIMIT ${Math.max(0, Math.trunc(limit))}` : '';
}
