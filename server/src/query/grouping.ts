// Groups events of one type that share a tag's value and lie close together in time. Pure; see docs/query.md.

import { runsOf } from '@anthracite/protocol/change';
import {
  type EventGroup,
  type FoldValue,
  foldValueOf,
  type GroupedEvent,
  type StoredEvent,
} from '@anthracite/protocol/core';
import { ownText } from '../own-text';
import { charsOfEvent } from './event-chars';
import type { Cursor, EventQuery, Grouping } from './event-query';
import { endAfter } from './range-end';

/** A part of a list with its events grouped. */
export interface GroupedPart {
  readonly entries: readonly GroupedEvent[];
  /** Where the next part starts; null if none exists. */
  readonly next: Cursor | null;
}

const maxShownHosts = 4;
const maxKnownHosts = 10_000;
/** Maximum characters of the entries of a part. More than elsewhere: each part also reads the events before it again. */
const maxEntryChars = 4_194_304;
/** Maximum memory of open groups, for their names and hosts, in bytes. */
const maxOpenBytes = 33_554_432;
/** Bytes of a group besides these. */
const groupBytes = 400;
const hostKey = 'host=';
const eventsPerLook = 1_024;
const byName = new Intl.Collator('en', { numeric: true });

/** What an event has in common with its group, or null when it is not grouped. */
export function groupValueOf(event: StoredEvent, { key, withTitles = false }: Grouping): FoldValue | null {
  return foldValueOf(event, key, withTitles);
}

/** A group that may still grow. A group that started before the part is tracked, so that its events do not form a new one. */
class OpenGroup {
  readonly #hosts = new Set<string>();
  readonly #shared: FoldValue;
  #count = 0;
  #first: number;
  #last: number;
  /** Time of the latest event, in the order of the list. */
  latest: number;

  constructor(event: StoredEvent, { key, value }: FoldValue) {
    this.#shared = { key, value: ownText(value) };
    this.#first = this.#last = this.latest = event.time;
  }

  /** Adds an event, and returns the approximate memory that it took, in bytes. */
  add({ time, tags }: StoredEvent): number {
    this.#count++;
    this.#first = Math.min(this.#first, time);
    this.#last = Math.max(this.#last, time);
    this.latest = time;
    const host = tags.find((tag) => tag.startsWith(hostKey));
    const before = this.#hosts.size;
    if (host !== undefined && before < maxKnownHosts) this.#hosts.add(ownText(host.slice(hostKey.length)));
    return this.#hosts.size > before ? 2 * (host ?? '').length + 64 : 0;
  }

  fold(leader: StoredEvent, isWhole: boolean): GroupedEvent {
    if (this.#count === 1 && isWhole) return leader;
    const names = [...this.#hosts].sort(byName.compare);
    const shown = runsOf(names).slice(0, maxShownHosts);
    const group: EventGroup = {
      ...this.#shared,
      count: this.#count,
      first: this.#first,
      last: this.#last,
      hosts: shown.map(({ text }) => text),
      moreHosts: names.length - shown.reduce((sum, { count }) => sum + count, 0),
      isWhole,
    };
    return { ...leader, group };
  }
}

interface Entry {
  readonly leader: StoredEvent;
  /** Null for an event without a group. */
  readonly group: OpenGroup | null;
}

/** The limits of a part of a list. */
export interface PartLimits {
  /** Maximum number of entries. */
  readonly limit: number;
  /** Returns true when the part takes too long. */
  readonly isLate: () => boolean;
}

/**
 * Groups events passed one at a time in the order of a list, until the part is full. After its last entry it takes more
 * events, until its groups are complete, it is late, or the groups take too much memory. A part of long events has
 * fewer of them.
 */
export class GroupedPartBuilder {
  readonly #grouping: Grouping;
  readonly #limits: PartLimits;
  readonly #open = new Map<string, { readonly group: OpenGroup; readonly isOurs: boolean }>();
  readonly #entries: Entry[] = [];
  #entryChars = 0;
  #openBytes = 0;
  #last: Cursor | null = null;
  #next: Cursor | null = null;
  #latestOfOurs = Number.NaN;
  #seen = 0;
  #isCut = false;

  constructor(grouping: Grouping, limits: PartLimits) {
    this.#grouping = grouping;
    this.#limits = limits;
  }

  /**
   * Takes an event that precedes the part by at most the window: later events of its group belong to an entry of an
   * earlier part. False when these groups take too much memory: they must all be known, whereas too many groups within
   * the part just end it.
   */
  addBefore(event: StoredEvent): boolean {
    this.#groupOf(event, 'before');
    return this.#openBytes <= maxOpenBytes;
  }

  /** Takes the next event of the part; false when the part is full, and did not take it. */
  add(event: StoredEvent): boolean {
    // The groups of this part are complete when no further event can join them.
    if (this.#next !== null && !this.#isNear(this.#latestOfOurs, event.time)) return false;
    this.#isCut =
      (++this.#seen % eventsPerLook === 0 && this.#limits.isLate()) || this.#openBytes > maxOpenBytes;
    if (this.#isCut) {
      this.#next ??= this.#last;
      return false;
    }
    const hasRoom = this.#entries.length < this.#limits.limit && this.#entryChars < maxEntryChars;
    const { group, isNew, isOurs } = this.#groupOf(event, hasRoom ? 'within' : 'beyond');
    if (isNew && isOurs) {
      this.#entries.push({ leader: event, group });
      this.#entryChars += charsOfEvent(event);
    } else if (isNew) this.#next ??= this.#last;
    if (isOurs && group !== null) this.#latestOfOurs = event.time;
    this.#last = { id: event.id, time: event.time };
    return true;
  }

  /** Builds the part. */
  build(): GroupedPart {
    const lastMs = this.#last?.time ?? 0;
    const isWhole = (group: OpenGroup): boolean => !this.#isCut || !this.#isNear(group.latest, lastMs);
    const entries = this.#entries.map(({ leader, group }) =>
      group === null ? leader : group.fold(leader, isWhole(group)),
    );
    return { entries, next: this.#next };
  }

  #isNear(a: number, b: number): boolean {
    return Math.abs(a - b) <= this.#grouping.windowMs;
  }

  // The group of an event, created if necessary; null when it is not grouped.
  #groupOf(
    event: StoredEvent,
    place: 'before' | 'within' | 'beyond',
  ): { group: OpenGroup | null; isNew: boolean; isOurs: boolean } {
    const shared = groupValueOf(event, this.#grouping);
    const isOurs = place === 'within';
    if (shared === null) return { group: null, isNew: true, isOurs };
    // Types and keys contain no spaces.
    const key = `${event.type} ${shared.key} ${shared.value}`;
    const known = this.#open.get(key);
    if (known && this.#isNear(known.group.latest, event.time)) {
      this.#openBytes += known.group.add(event);
      return { ...known, isNew: false };
    }
    // After the last entry, only existing groups are tracked.
    if (place === 'beyond') return { group: null, isNew: true, isOurs };
    const begun = { group: new OpenGroup(event, shared), isOurs };
    this.#openBytes += begun.group.add(event) + 2 * (key.length + shared.value.length) + groupBytes;
    this.#open.set(key, begun);
    return { ...begun, isNew: true };
  }
}

/** Groups a few events into one part of a list. */
export function groupEvents(events: Iterable<StoredEvent>, grouping: Grouping): readonly GroupedEvent[] {
  const part = new GroupedPartBuilder(grouping, {
    limit: Number.POSITIVE_INFINITY,
    isLate: () => false,
  });
  for (const event of events) part.add(event);
  return part.build().entries;
}

/**
 * A query for the events that precede a cursor by at most the window, in the order of the list. It also returns some
 * events at the cursor's instant that are not before it.
 */
export function rangeBefore(query: EventQuery, { time }: Cursor, windowMs: number): EventQuery {
  return query.order === 'ascending'
    ? { ...query, fromMs: Math.max(query.fromMs, time - windowMs), untilMs: endAfter(time) }
    : { ...query, fromMs: time, untilMs: Math.min(query.untilMs, endAfter(time + windowMs)) };
}

/** Whether an event is not after a cursor in the order of a list. */
export function isBefore(event: StoredEvent, { time, id }: Cursor, { order }: EventQuery): boolean {
  return event.time !== time || (order === 'ascending' ? event.id <= id : event.id >= id);
}
