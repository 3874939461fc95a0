// Defines changes of stored events, and their history.

import type { Event, StoredEvent } from '@anthracite/protocol/core';
import type { Position } from './position';

/** The author and the time of a change. */
export interface Change {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The name of the token; null when none was needed. */
  readonly who: string | null;
}

/** The fields of an event to change. */
export type EventPatch = Partial<Event>;

/** An event is changed only if it has one of these states, as `stateOf` computes them; null allows any state. */
export type WantedStates = readonly string[] | null;

/**
 * The outcome of a change. `event` is the event after it. `stale`: it has none of the wanted states. `same`: the change
 * would make it a duplicate of the event with this id.
 */
export type ChangeOutcome =
  | { readonly kind: 'done' | 'unchanged' | 'stale'; readonly event: StoredEvent }
  | { readonly kind: 'missing' }
  | { readonly kind: 'same'; readonly id: number };

/**
 * The outcome of moving a mark: as of a change, or `kept` when the source may not move it: it neither starts nor ends a
 * span, or somebody else has changed or deleted it.
 */
export type MoveOutcome =
  | Exclude<ChangeOutcome, { readonly kind: 'stale' }>
  | { readonly kind: 'kept'; readonly id: number };

/**
 * The outcome of a purge. `unchanged`: it was purged before. `isErased`: no file of the store has a byte left of any purged
 * event; otherwise they are erased in the background.
 */
export type PurgeOutcome =
  | { readonly kind: 'missing' }
  | { readonly kind: 'done' | 'unchanged'; readonly isErased: boolean };

/** A part of a history, oldest first. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** False when there is more after it or, for the newest part, before it. */
  readonly isAll: boolean;
}

/** Events that a query found, page by page, and the store's position before the first page. */
export interface FoundEvents {
  readonly ids: Float64Array;
  readonly since: Position;
}

/** The outcome of a deletion by a query. `differs`: another number of events matches, and nothing was deleted. */
export interface BulkOutcome {
  readonly kind: 'done' | 'differs';
  readonly count: number;
}

/**
 * A change in the history. `before` is null for an event that was restored, `after` for one that was deleted; both for one
 * that was purged.
 */
export interface HistoryEntry extends Change {
  /** Increases with every change of any event. */
  readonly id: number;
  readonly event: number;
  readonly before: Event | null;
  readonly after: Event | null;
}
