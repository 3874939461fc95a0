// What the HTTP API is asked with and what it answers, as its client has it.

import type { Event } from '../event';

/** An event that was accepted; `isNew` is false when it was known already. */
export interface Submitted {
  readonly id: number;
  readonly isNew: boolean;
}

/** What became of lines that were submitted together. */
export interface LinesSubmitted {
  readonly stored: number;
  readonly duplicate: number;
  readonly rejected: number;
  /** What was wrong, by line, counted from 1; the first thousand. */
  readonly problems: readonly { readonly line: number; readonly code: string; readonly error: string }[];
}

/** A line that somebody else found to be none, for the ledger. */
export interface FoundReject {
  readonly line: string;
  readonly code: string;
  readonly error: string;
}

/** A rejected line as `GET /rejects` shows it. */
export interface RejectEntry {
  readonly id: number;
  /** When it came, in ISO 8601. */
  readonly received: string;
  readonly door: string;
  readonly peer: string;
  readonly code: string;
  readonly error: string;
  readonly line?: string;
  /** The line when it is no UTF-8. */
  readonly lineBase64?: string;
}

/** A page of the ledger, newest first. */
export interface RejectPage {
  readonly rejects: readonly RejectEntry[];
  readonly total: number;
  readonly forgotten: number;
  readonly truncated: boolean;
  readonly next?: number;
}

/** A page of events, as `GET /events/json` answers it. Times in milliseconds. */
export interface EventPage {
  readonly events: readonly (Event & { readonly id: number })[];
  readonly truncated: boolean;
  readonly next?: string;
}

/** Parameters of a list; those with several values are repeated. */
export type ListQuery = Readonly<Record<string, string | number | readonly string[] | undefined>>;
