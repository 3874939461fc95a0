// Reads a page of a list of events as objects, for HTML pages.

import type { GroupedEvent } from '@anthracite/protocol';
import type { EventPart } from '../../../answers/answers';
import type { EventStore } from '../../../answers/event-store';
import type { Cursor } from '../../../query/event-query';
import type { ListQuery } from '../request/event-query';

/** Events in the order of their list. */
export interface ListedEvents {
  readonly events: readonly GroupedEvent[];
  /** Where the list continues; null at its end. */
  readonly next: Cursor | null;
}

// A search for rare words ends its pages early, so that other queries get their turn. People prefer a short wait to
// another click.
const patienceMs = 1_000;

/** Reads up to `limit` events. May return fewer with a `next`: then the search takes long. */
export async function readEvents(
  store: EventStore,
  { query, grouping, limit, after }: ListQuery,
): Promise<ListedEvents> {
  const deadline = performance.now() + patienceMs;
  const events: GroupedEvent[] = [];
  let next = after;
  do {
    const part: EventPart = await store.events(query, grouping, limit - events.length, next);
    events.push(...part.events);
    next = part.next;
  } while (next !== null && events.length === 0 && performance.now() < deadline);
  return { events, next };
}
