// An event that stands for several: what was folded into it, and how that is told. Pure.

import type { StoredEvent } from './event';

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

/** How a group is shown to people: `500 events on web01..web04, db01 and 12 more`. */
export function describeGroup({ count, hosts, moreHosts, isWhole }: EventGroup): string {
  const more = moreHosts > 0 ? ` and ${moreHosts} more` : '';
  return `${isWhole ? '' : 'at least '}${count} events${hosts.length > 0 ? ` on ${hosts.join(', ')}${more}` : ''}`;
}
