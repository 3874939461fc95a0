// An event that stands for several, and how it is written. Pure.

import { type StoredEvent, titleOf } from '@anthracite/protocol/core';

/** What was folded into an event. */
export interface EventGroup {
  /** Key and value of the tag that they share. */
  readonly key: string;
  readonly value: string;
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  /** The first hosts, in order of name, runs of them as one: `web01..web04`. */
  readonly hosts: readonly string[];
  /** How many hosts are not among these. */
  readonly moreHosts: number;
  /** False when reading it took too long: there may be more in it. */
  readonly isWhole: boolean;
}

/** An event, or the first of a group in the order of the list, with what was folded into it. */
export interface GroupedEvent extends StoredEvent {
  readonly group?: EventGroup;
}

/** A grouped event as one that formats without groups can write: its title says what was folded into it. */
export function asPlainEvent({ group, ...event }: GroupedEvent): StoredEvent {
  if (group === undefined) return event;
  const title = titleOf(event.description);
  return {
    ...event,
    description: `${title} (${describeGroup(group)})${event.description.slice(title.length)}`,
  };
}

/** How a group is shown to people: `500 events on web01..web04, db01 and 12 more`. */
export function describeGroup({ count, hosts, moreHosts }: EventGroup): string {
  const more = moreHosts > 0 ? ` and ${moreHosts} more` : '';
  return `${count} events${hosts.length > 0 ? ` on ${hosts.join(', ')}${more}` : ''}`;
}
