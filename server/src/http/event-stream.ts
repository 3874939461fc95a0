// Sends a list of events page by page: memory stays flat, and the reader's speed sets ours.

import { Readable } from 'node:stream';
import { type EventFormat, eventFormats, type PageFormat } from '../formats/registry';
import type { Cursor, EventQuery, EventStore, Page } from '../store/event-store';

/** What to send. */
export interface EventList {
  readonly query: EventQuery;
  readonly format: PageFormat;
  /** At most so many events; Infinity for all. */
  readonly limit: number;
  readonly after: Cursor | null;
  /** What stands before and after the events; those of the format where left out. */
  readonly opening?: string;
  readonly closing?: (next: Cursor | null) => string;
}

const pageEvents = 1_000;

/** Reads the first page, so that what is wrong is told in time, and streams it and the rest, where there is more. */
export async function streamEvents(store: EventStore, list: EventList): Promise<Readable | Buffer> {
  const format = eventFormats[list.format];
  const first = await readPage(store, list, list.after, list.limit);
  if (first.next === null || first.count >= list.limit) {
    const opening = Buffer.from(list.opening ?? format.opening);
    const closing = Buffer.from(list.closing?.(first.next) ?? format.closing);
    return Buffer.concat([opening, first.bytes, closing]);
  }
  return Readable.from(writeList(store, list, format, first), { objectMode: false });
}

function readPage(
  store: EventStore,
  { query, format }: EventList,
  after: Cursor | null,
  left: number,
): Promise<Page> {
  return store.page(query, format, Math.min(left, pageEvents), after);
}

async function* writeList(
  store: EventStore,
  list: EventList,
  format: EventFormat,
  first: Page,
): AsyncGenerator<Buffer> {
  yield Buffer.from(list.opening ?? format.opening);
  let page = first;
  let left = list.limit;
  for (;;) {
    left -= page.count;
    // The next page is read while this one is sent.
    const following = page.next !== null && left > 0 ? readPage(store, list, page.next, left) : null;
    following?.catch(() => {}); // when the client has gone nobody asks for it
    yield asBuffer(page.bytes);
    if (following === null) break;
    page = await following;
    if (page.count > 0) yield Buffer.from(format.separator);
  }
  yield Buffer.from(list.closing?.(page.next) ?? format.closing);
}

// The same memory, not a copy of it: pages are large.
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
