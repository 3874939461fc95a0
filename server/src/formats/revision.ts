// Defines what feeds and calendars write about the changes of an event. Pure.

/** The changes of an event so far: edits, deletions and restorations. Times are milliseconds since the epoch. */
export interface Revision {
  /** Number of changes. */
  readonly count: number;
  /** When the last of them was made. */
  readonly at: number;
  /** The time of the event before the first of them. */
  readonly firstTime: number;
}

/** The revisions of some events, by id. Events that were never changed have none. */
export type Revisions = ReadonlyMap<number, Revision>;
