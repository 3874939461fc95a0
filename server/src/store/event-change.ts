// What is changed of an event that there is, and what is known of that afterwards.

import type { Event, StoredEvent } from '@anthracite/protocol/core';
import type { StorePosition } from './store-answer';

/** Who changes something, and when. */
export interface Change {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The name of the token; null where none was needed. */
  readonly who: string | null;
}

/** Fields of an event that change. */
export type EventPatch = Partial<Event>;

/** The states, as `stateOf` names them, of which an event must have one when it is changed; null for any. */
export type WantedStates = readonly string[] | null;

/**
 * What became of a change. `event` is the event as it is now. `stale`: it has none of the wanted states. `same`: another event, with
 * this id, is already what this one would become.
 */
export type ChangeOutcome =
  | { readonly kind: 'done' | 'unchanged' | 'stale'; readonly event: StoredEvent }
  | { readonly kind: 'missing' }
  | { readonly kind: 'same'; readonly id: number };

/** A part of a history, oldest first. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** False when there is more behind it or, of the newest part, before it. */
  readonly isAll: boolean;
}

/** Events that a query found, page by page, and the store's position before the first page. */
export interface FoundEvents {
  readonly ids: Float64Array;
  readonly since: StorePosition;
}

/** What became of a deletion by a query. `differs`: another number of events matches, and none was deleted. */
export interface BulkOutcome {
  readonly kind: 'done' | 'differs';
  readonly count: number;
}

/** A change as the history keeps it. `before` is null for an event that was put back, `after` for one that was deleted. */
export interface HistoryEntry extends Change {
  /** Counts up with every change of any event. */
  readonly id: number;
  readonly event: number;
  readonly before: Event | null;
  readonly after: Event | null;
}
