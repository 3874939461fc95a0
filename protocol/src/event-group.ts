// Groups: one event in a list that represents several events. Pure.

import type { StoredEvent } from './event';

/** A group of events. */
export interface EventGroup {
  /** Key and value of the tag that the events share. */
  readonly key: string;
  readonly value: string;
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly first: number;
  readonly last: number;
  /** The first hosts, sorted by name; consecutive names are joined: `web01..web04`. */
  readonly hosts: readonly string[];
  /** The number of hosts that are not listed. */
  readonly moreHosts: number;
  /** False if the group may have more events, because reading it took too long. */
  readonly isWhole: boolean;
}

/** An event, or the first event of a group in the order of the list, with its group. */
export interface GroupedEvent extends StoredEvent {
  readonly group?: EventGroup;
}

/** Describes a group for people: `500 events on web01..web04, db01 and 12 more`. */
export function describeGroup({ count, hosts, moreHosts, isWhole }: EventGroup): string {
  const more = moreHosts > 0 ? ` and ${moreHosts} more` : '';
  return `${isWhole ? '' : 'at least '}${count} events${hosts.length > 0 ? ` on ${hosts.join(', ')}${more}` : ''}`;
}
