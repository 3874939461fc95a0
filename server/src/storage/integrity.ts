// Defines the result of the database's integrity checks.

/** A problem of a database. */
export interface Finding {
  /** `structure`: pages, indexes or schema, so that the database must not be used. `content`: the content of single rows. */
  readonly kind: 'structure' | 'content';
  /** The problem, such as "the description does not match its hash". */
  readonly problem: string;
  /** The table of the listed ids; empty when no row can be named. */
  readonly table: string;
  /** The first affected ids. */
  readonly ids: readonly number[];
  readonly count: number;
}

/** The result of the last check. */
export interface Integrity {
  /** `unreadable`: the disk returned an error, which does not mean that the database is damaged. */
  readonly status: 'unchecked' | 'sound' | 'damaged' | 'unreadable';
  /** When the last check ended, in milliseconds since the epoch; null before the first. */
  readonly checkedAt: number | null;
  readonly findings: readonly Finding[];
}
