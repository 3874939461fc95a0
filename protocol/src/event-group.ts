// Groups: one event in a list that represents several events. Pure.

import { type StoredEvent, titleOf } from './event';
import { parseMark } from './span/mark';

/** A group of events. */
export interface EventGroup {
  /** Key and value of the tag that the events share; the key is empty if they share their title, which is the value. */
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

/** What events have in common that are folded: the value of a tag, or their title. */
export interface FoldValue {
  /** The key of the tag; empty for a title. */
  readonly key: string;
  readonly value: string;
}

/** Longer titles are not compared. */
const maxTitleChars = 200;

/**
 * The value by which an event is folded: of its first tag with this key, or if `withTitles` is true, its title. Null if it is not
 * folded: marks of spans are folded by a tag only.
 */
export function foldValueOf(
  { type, tags, description }: Pick<StoredEvent, 'type' | 'tags' | 'description'>,
  key: string,
  withTitles: boolean,
): FoldValue | null {
  const tag = tags.find((one) => one.startsWith(`${key}=`));
  if (tag !== undefined) return { key, value: tag.slice(key.length + 1) };
  if (!withTitles || parseMark(type, tags) !== null) return null;
  const title = titleOf(description);
  return title.length > maxTitleChars ? null : { key: '', value: title };
}
