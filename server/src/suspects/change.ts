// Defines a change to the system, and builds changes from events. Pure.

import { parseMark, type Span } from '@anthracite/protocol/core';
import { deploymentWindowMs } from '../report/deployments';

/** The part of an event that changes need. */
export interface ChangeEvent {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly type: string;
  readonly tags: readonly string[];
}

/** One change: a single event, the same event on many hosts, or a span. */
export interface Change {
  /** Its type, or its stem if it lasts: `deploy_shop` of `deploy_shop_start`. */
  readonly type: string;
  /** In order of time, never empty. */
  readonly events: readonly ChangeEvent[];
  /** The times of its first and of its last event. */
  readonly begin: number;
  readonly end: number;
  /** All tags of its events, each once. */
  readonly tags: readonly string[];
  /** The id of its span; null when it is not a span. */
  readonly span: number | null;
}

/** The key of the tag that events of one change share. */
export const changeKey = 'version';
const versionTag = `${changeKey}=`;

/**
 * Combines events, in order of time: events of one type and one `version=`, each within `deploymentWindowMs` of the
 * next, are one change, and every other event is a change of its own. Marks of spans are skipped: see `changeOfSpan`.
 */
export function changesOf(events: Iterable<ChangeEvent>): Change[] {
  const groups: ChangeEvent[][] = [];
  const open = new Map<string, ChangeEvent[]>();
  const factsOf = createFactsReader();
  for (const event of events) {
    const { isMark, version } = factsOf(event);
    if (isMark) continue;
    const name = version === null ? null : `${event.type} ${version}`;
    const known = name === null ? undefined : open.get(name);
    if (known !== undefined && event.time - (known.at(-1) as ChangeEvent).time <= deploymentWindowMs) {
      known.push(event);
      continue;
    }
    const begun = [event];
    groups.push(begun);
    if (name !== null) open.set(name, begun);
  }
  return groups.map((group) => createChange((group[0] as ChangeEvent).type, group, tagsOf(group), null));
}

/** A span as a change, with its listed marks. */
export function changeOfSpan({ id, type, tags, marks }: Span): Change {
  const events = marks.map((mark) => ({ id: mark.id, time: mark.time, type: mark.type, tags }));
  return createChange(type, events, tags, id);
}

/** A change as it was at an instant, which is not before its start. */
export function changeUntil(change: Change, timeMs: number): Change {
  if (change.end <= timeMs) return change;
  const { type, tags, span } = change;
  const events = change.events.filter(({ time }) => time <= timeMs);
  return createChange(type, events, span === null ? tagsOf(events) : tags, span);
}

function createChange(
  type: string,
  events: readonly ChangeEvent[],
  tags: readonly string[],
  span: number | null,
): Change {
  const [begin, end] = [events[0] as ChangeEvent, events.at(-1) as ChangeEvent];
  return { type, events, begin: begin.time, end: end.time, tags, span };
}

// Events of one series share one array of tags: their facts are read once.
function createFactsReader(): (event: ChangeEvent) => { isMark: boolean; version: string | null } {
  const known = new Map<readonly string[], { type: string; isMark: boolean; version: string | null }>();
  return ({ type, tags }) => {
    const found = known.get(tags);
    if (found?.type === type) return found;
    const tag = tags.find((one) => one.startsWith(versionTag));
    const facts = { type, isMark: parseMark(type, tags) !== null, version: tag ?? null };
    known.set(tags, facts);
    return facts;
  };
}

function tagsOf(events: readonly ChangeEvent[]): readonly string[] {
  const [first, ...others] = events;
  return others.length === 0 ? (first?.tags ?? []) : [...new Set(events.flatMap(({ tags }) => tags))];
}
