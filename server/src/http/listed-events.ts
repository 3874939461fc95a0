// A page of a list of events as objects, for pages that show them.

import type { GroupedEvent } from '@anthracite/protocol';
import type { Cursor, EventStore, Page } from '../store/event-store';
import type { ListQuery } from './event-query';

/** Events in the order of their list. */
export interface ListedEvents {
  readonly events: readonly GroupedEvent[];
  /** Where the list goes on; null at its end. */
  readonly next: Cursor | null;
}

// A search for rare words ends its pages early, so that others get their turn: a person would rather wait a little than click.
const patienceMs = 1_000;

/** Reads up to `limit` events. There may be fewer where `next` is not null: then the search for more takes long. */
export async function readEvents(
  store: EventStore,
  { query, grouping, limit, after }: ListQuery,
): Promise<ListedEvents> {
  const deadline = performance.now() + patienceMs;
  const events: GroupedEvent[] = [];
  let next = after;
  do {
    const left = limit - events.length;
    const page: Page =
      grouping === null
        ? await store.page(query, 'json', left, next)
        : await store.groupedPage(query, grouping, 'json', left, next);
    events.push(...parsePage(page));
    next = page.next;
  } while (next !== null && events.length === 0 && performance.now() < deadline);
  return { events, next };
}

function parsePage({ bytes, count }: Page): GroupedEvent[] {
  if (count === 0) return [];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  // The format's items, with commas between them, are what stands in a JSON array.
  return JSON.parse(`[${text}]`) as GroupedEvent[];
}
