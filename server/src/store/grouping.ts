// Folds events of one type that share a tag's value and lie close together into one. Pure; see docs/query.md.

import { runsOf } from '@anthracite/protocol/change';
import type { EventGroup, GroupedEvent, StoredEvent } from '@anthracite/protocol/core';
import { ownText } from '../own-text';
import type { Cursor, Grouping } from './event-store';
import { StoreError } from './store-error';

/** A part of a list with its events folded. */
export interface GroupedPart {
  readonly entries: readonly GroupedEvent[];
  /** Where the next part begins; null when there is none. */
  readonly next: Cursor | null;
}

const maxShownHosts = 4;
const maxKnownHosts = 10_000;
/** Of entries: how much text a part of a list may have. More than elsewhere: each part reads again what lies before it. */
const maxEntryChars = 4_194_304;
/** Of groups that are followed: what their names, and those of their hosts, may take in memory. */
const maxOpenBytes = 33_554_432;
/** What a group takes beside them. */
const groupBytes = 400;
const hostKey = 'host=';
const eventsPerLook = 1_024;
const byName = new Intl.Collator('en', { numeric: true });

/** The value that an event is grouped by, or null when it stands alone. */
export function groupValueOf({ tags }: StoredEvent, { key }: Grouping): string | null {
  const tag = tags.find((one) => one.startsWith(`${key}=`));
  return tag === undefined ? null : tag.slice(key.length + 1);
}

/** A group under way. One that began before the part is followed, so that its events are not taken for a new one. */
class OpenGroup {
  readonly #hosts = new Set<string>();
  readonly #value: string;
  #count = 0;
  #first: number;
  #last: number;
  /** Time of the event that came last in the order of the list. */
  latest: number;

  constructor(event: StoredEvent, value: string) {
    this.#value = value;
    this.#first = this.#last = this.latest = event.time;
  }

  /** Adds an event, and returns what it took in memory, roughly. */
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

  fold(leader: StoredEvent, { key }: Grouping, isWhole: boolean): GroupedEvent {
    if (this.#count === 1 && isWhole) return leader;
    const names = [...this.#hosts].sort(byName.compare);
    const shown = runsOf(names).slice(0, maxShownHosts);
    const group: EventGroup = {
      key,
      value: this.#value,
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
  /** Null for an event that stands alone. */
  readonly group: OpenGroup | null;
}

/**
 * Folds events that come in the order of a list. `before` are those that precede them by no more than the window: what
 * goes on from there belongs to an entry of an earlier part. Reads on behind the last entry until its groups are whole,
 * `isLate` says that it takes too long, or the groups take too much memory; a part of long events has fewer of them.
 * Throws a `StoreError` OUT_OF_MEMORY where those before take too much memory already.
 */
export function groupEvents(
  before: Iterable<StoredEvent>,
  events: Iterable<StoredEvent>,
  grouping: Grouping,
  { limit, isLate }: { readonly limit: number; readonly isLate: () => boolean },
): GroupedPart {
  const open = new Map<string, { readonly group: OpenGroup; readonly isOurs: boolean }>();
  const entries: Entry[] = [];
  let entryChars = 0;
  let openBytes = 0;
  const hasRoom = (): boolean => entries.length < limit && entryChars < maxEntryChars;
  const isNear = (a: number, b: number): boolean => Math.abs(a - b) <= grouping.windowMs;

  /** The group that an event belongs to, a new one if need be; null when it stands alone. */
  const groupOf = (
    event: StoredEvent,
    place: 'before' | 'within' | 'beyond',
  ): { group: OpenGroup | null; isNew: boolean; isOurs: boolean } => {
    const value = groupValueOf(event, grouping);
    const isOurs = place === 'within';
    if (value === null) return { group: null, isNew: true, isOurs };
    const key = `${event.type} ${value}`;
    const known = open.get(key);
    if (known && isNear(known.group.latest, event.time)) {
      openBytes += known.group.add(event);
      return { ...known, isNew: false };
    }
    // Beyond the last entry only what has begun is followed.
    if (place === 'beyond') return { group: null, isNew: true, isOurs };
    const begun = { group: new OpenGroup(event, ownText(value)), isOurs };
    openBytes += begun.group.add(event) + 2 * (key.length + value.length) + groupBytes;
    open.set(key, begun);
    return { ...begun, isNew: true };
  };

  for (const event of before) {
    groupOf(event, 'before');
    if (openBytes > maxOpenBytes) throw new StoreError('OUT_OF_MEMORY', {});
  }
  // Groups that are too many here end the part; those of the one before must be known as a whole.
  let last: Cursor | null = null;
  let next: Cursor | null = null;
  let latestOfOurs = Number.NaN;
  let seen = 0;
  let isCut = false;
  for (const event of events) {
    // The groups of this part are whole when nothing can join them any more.
    if (next !== null && !isNear(latestOfOurs, event.time)) break;
    isCut = (++seen % eventsPerLook === 0 && isLate()) || openBytes > maxOpenBytes;
    if (isCut) {
      next ??= last;
      break;
    }
    const { group, isNew, isOurs } = groupOf(event, hasRoom() ? 'within' : 'beyond');
    if (isNew && isOurs) {
      entries.push({ leader: event, group });
      entryChars += event.tags.reduce((sum, tag) => sum + tag.length, event.description.length);
    } else if (isNew) next ??= last;
    if (isOurs && group !== null) latestOfOurs = event.time;
    last = { id: event.id, time: event.time };
  }
  const fold = ({ leader, group }: Entry): GroupedEvent =>
    group === null ? leader : group.fold(leader, grouping, !isCut || !isNear(group.latest, last?.time ?? 0));
  return { entries: entries.map(fold), next };
}
