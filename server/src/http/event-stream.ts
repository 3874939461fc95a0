// Sends a list of events page by page: memory stays flat, and the reader's speed sets ours.

import { Readable } from 'node:stream';
import { eventFormats, type PageFormat } from '../formats/registry';
import type { Cursor, EventQuery, EventStore, Grouping, Page } from '../store/event-store';

/** What to send. */
export interface EventList {
  readonly query: EventQuery;
  readonly format: PageFormat;
  /** At most so many events; Infinity for all. */
  readonly limit: number;
  readonly after: Cursor | null;
  /** How events are folded; null when they are not. */
  readonly grouping: Grouping | null;
  /** True when where the list goes on must be known before it is sent, however long it is. */
  readonly looksAhead: boolean;
  /** What stands before the events. Of a list that is sent in pieces `next` is known when it looks ahead only. */
  opening(next: Cursor | null): string;
  /** What stands after them. */
  closing(next: Cursor | null): string;
}

/** A list, ready to be sent. */
export interface OpenedList {
  readonly body: Readable | Buffer;
  /** Where it goes on, as `opening` was told. */
  readonly next: Cursor | null;
  /** The first events as written, without what stands around them. */
  readonly firstPage: Buffer;
}

/** Runs a task when it is its turn; rejects when the reader has gone. */
export type TakeTurn = <T>(task: () => Promise<T>) => Promise<T>;

const pageEvents = 1_000;
const lookAheadEvents = 10_000;

/**
 * Reads the first page, so that what is wrong is told in time, and streams it and the rest, where there is more. Lists take
 * turns at reading pages, so that many of them are not in the way of other questions.
 */
export async function openList(
  source: { readonly store: EventStore; readonly takeTurn: TakeTurn },
  list: EventList,
): Promise<OpenedList> {
  const first = await readPage(source, list, list.after, Math.min(list.limit, pageEvents));
  const firstPage = asBuffer(first.bytes);
  if (first.next === null || first.count >= list.limit) {
    const opening = Buffer.from(list.opening(first.next));
    const closing = Buffer.from(list.closing(first.next));
    return { body: Buffer.concat([opening, firstPage, closing]), next: first.next, firstPage };
  }
  const next = list.looksAhead ? await lookAhead(source, list, first) : null;
  const pieces = writeList(source, list, list.opening(next), first);
  return { body: Readable.from(pieces, { objectMode: false }), next, firstPage };
}

type Source = Parameters<typeof openList>[0];

function readPage(
  { store, takeTurn }: Source,
  { query, grouping, format }: Pick<EventList, 'query' | 'grouping' | 'format'>,
  after: Cursor | null,
  limit: number,
): Promise<Page> {
  return takeTurn(() =>
    grouping === null
      ? store.page(query, format, limit, after)
      : store.groupedPage(query, grouping, format, limit, after),
  );
}

// Where a list with a limit ends, without writing its events.
async function lookAhead(
  source: Source,
  { query, grouping, limit }: EventList,
  first: Page,
): Promise<Cursor | null> {
  if (limit === Number.POSITIVE_INFINITY) return null;
  let { next } = first;
  for (let left = limit - first.count; next !== null && left > 0; ) {
    const page: Page = await readPage(
      source,
      { query, grouping, format: 'none' },
      next,
      Math.min(left, lookAheadEvents),
    );
    left -= page.count;
    next = page.next;
  }
  return next;
}

async function* writeList(
  source: Source,
  list: EventList,
  opening: string,
  first: Page,
): AsyncGenerator<Buffer> {
  const separator = Buffer.from(eventFormats[list.format].separator);
  yield Buffer.from(opening);
  let page = first;
  let left = list.limit;
  let isBegun = false;
  for (;;) {
    left -= page.count;
    isBegun ||= page.count > 0;
    // The next page is read while this one is sent.
    const following =
      page.next !== null && left > 0 ? readPage(source, list, page.next, Math.min(left, pageEvents)) : null;
    following?.catch(() => {}); // when the client has gone nobody asks for it
    yield asBuffer(page.bytes);
    if (following === null) break;
    page = await following;
    if (isBegun && page.count > 0) yield separator;
  }
  yield Buffer.from(list.closing(page.next));
}

// The same memory, not a copy of it: pages are large.
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
