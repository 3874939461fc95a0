// What is changed of an event that there is, and what is known of that afterwards.

import type { Event } from '@anthracite/protocol/core';

/** Who changes something, and when. */
export interface Change {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The name of the token; null where none was needed. */
  readonly who: string | null;
}

/** What became of a change. `same`: another event, with this id, is already what this one would become. */
export type ChangeOutcome =
  | { readonly kind: 'done' | 'unchanged' | 'missing' }
  | { readonly kind: 'same'; readonly id: number };

/** A part of a history, oldest first. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** False when there is more behind it or, of the newest part, before it. */
  readonly isAll: boolean;
}

/** A change as the history keeps it. `before` is null for an event that was put back, `after` for one that was deleted. */
export interface HistoryEntry extends Change {
  /** Counts up with every change of any event. */
  readonly id: number;
  readonly event: number;
  readonly before: Event | null;
  readonly after: Event | null;
}
