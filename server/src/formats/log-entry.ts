// Defines the log of a span as pages and postmortems receive it.

import type { MarkRole } from '@anthracite/protocol/core';

/** An entry of the log: a mark, or another event with the key of the span. */
export interface LogEntry {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly type: string;
  /** Null for an event that is not a mark. */
  readonly role: MarkRole | null;
  /** Null if the event was not read. */
  readonly description: string | null;
}

/** The names of roles in a log. */
export const roleNames = {
  start: 'start',
  detected: 'detected',
  update: 'note',
  end: 'end',
} as const satisfies Record<MarkRole, string>;
