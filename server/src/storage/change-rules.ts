// What a change of an event means, wherever the database keeps it. Pure, except for the hash of states.

import { type Event, joinSeries, parseMark, parseSeries, type StoredEvent } from '@anthracite/protocol/core';
import type { EventPatch, WantedStates } from './event-change';
import { stateOf } from './event-state';

/** The fields by which two events are the same. `series` is type and tags in the form of the line protocol. */
export interface Identity {
  readonly time: number;
  readonly series: string;
  readonly description: string;
}

/** An event from its stored fields. Throws for a malformed series. */
export function toEvent({ time, series, description }: Identity): Event {
  const parsed = parseSeries(series);
  if (!parsed.ok) throw new Error(`the store has a malformed series: ${parsed.problem.message}`);
  return { time, ...parsed.value, description };
}

/** A stored event from its stored fields. Throws for a malformed series. */
export function toStored(id: number, identity: Identity): StoredEvent {
  return { id, ...toEvent(identity) };
}

/** An event after an edit, and its fields to store. */
export function editOf(event: StoredEvent, patch: EventPatch): { edited: StoredEvent; after: Identity } {
  const edited = { ...event, ...patch };
  const { time, type, tags, description } = edited;
  return { edited, after: { time, series: joinSeries(type, tags), description } };
}

/** Whether an event has none of the states that a change requires. */
export function isStale(event: StoredEvent, wanted: WantedStates): boolean {
  return wanted !== null && !wanted.includes(stateOf(event));
}

/**
 * How a source moves a mark: `keep` when it may not, `unchanged` when the mark is there already. `restore` restores the mark, and
 * moves it to the later of both times.
 */
export type Move =
  | { readonly kind: 'keep' }
  | { readonly kind: 'unchanged'; readonly event: StoredEvent }
  | { readonly kind: 'moveTo'; readonly time: number }
  | { readonly kind: 'restore'; readonly time: number }
  | { readonly kind: 'remove' };

/**
 * Decides how a mark is moved to a time: a start to an earlier one, an end to a later one; null deletes an end. `present` is the
 * mark, `deleted` what it was before it was deleted.
 */
export function moveOf(present: StoredEvent | null, deleted: StoredEvent | null, time: number | null): Move {
  const mark = present ?? deleted;
  const role = mark && parseMark(mark.type, mark.tags)?.role;
  if (role === 'start' && present !== null && time !== null)
    return time < present.time ? { kind: 'moveTo', time } : { kind: 'unchanged', event: present };
  if (role !== 'end') return { kind: 'keep' };
  if (present === null) return time === null ? { kind: 'keep' } : { kind: 'restore', time };
  if (time === null) return { kind: 'remove' };
  return time > present.time ? { kind: 'moveTo', time } : { kind: 'unchanged', event: present };
}
