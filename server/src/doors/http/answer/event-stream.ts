// Sends a list of events page by page: memory use is constant, and the reader's speed sets the pace.

import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Page } from '../../../answers/answers';
import type { EventStore } from '../../../answers/event-store';
import { eventFormats, type PageFormat } from '../../../formats/registry';
import type { Cursor, EventQuery, Grouping } from '../../../query/event-query';

/** The list to send. */
export interface EventList {
  readonly query: EventQuery;
  readonly format: PageFormat;
  /** The address that links in the list start with. Formats without links do not need it. */
  readonly base?: string;
  /** Maximum number of events; Infinity for all. */
  readonly limit: number;
  readonly after: Cursor | null;
  /** How events are grouped; null when they are not. */
  readonly grouping: Grouping | null;
  /** True when the end of the list must be known before it is sent, however long the list is. */
  readonly looksAhead: boolean;
  /** The text before the events. For a streamed list, `next` is known only when it looks ahead. */
  opening(next: Cursor | null): string;
  /** The text after the events. */
  closing(next: Cursor | null): string;
}

/** A list, ready to be sent. */
export interface OpenedList {
  readonly body: Readable | Buffer;
  /** Where the list continues, as passed to `opening`. */
  readonly next: Cursor | null;
  /** A digest of the first events as written, without the text around them. */
  digest(): string;
}

/** Runs a task in its turn; rejects when the reader has disconnected. */
export type TakeTurn = <T>(task: () => Promise<T>) => Promise<T>;

const pageEvents = 1_000;
/** A list that does not end with its first page is long: larger pages cost less for each event. */
const nextPageEvents = 3_000;
const lookAheadEvents = 10_000;

/**
 * Reads the first page, so that errors are reported with a status, then streams it and the rest. Lists take turns at
 * reading pages, so that many lists do not delay other queries.
 */
export async function openList(
  source: { readonly store: EventStore; readonly takeTurn: TakeTurn },
  list: EventList,
): Promise<OpenedList> {
  const first = await readPage(source, list, list.after, Math.min(list.limit, pageEvents));
  const digest = (): string => digestOf(first);
  if (first.next === null || first.count >= list.limit) {
    const body = wholeBody(first, list.opening(first.next), list.closing(first.next));
    return { body, next: first.next, digest };
  }
  const next = list.looksAhead ? await lookAhead(source, list, first) : null;
  const pieces = writeList(source, list, list.opening(next), first);
  return { body: Readable.from(pieces, { objectMode: false }), next, digest };
}

type Source = Parameters<typeof openList>[0];

/** The digest of each page, and its last body: equal questions share a page, and so these and the compressed body. */
const digests = new WeakMap<Page, string>();
const bodies = new WeakMap<Page, { readonly around: string; readonly body: Buffer }>();

function digestOf(page: Page): string {
  const known = digests.get(page);
  if (known !== undefined) return known;
  const digest = createHash('sha1').update(page.bytes).digest('base64url');
  digests.set(page, digest);
  return digest;
}

function wholeBody(page: Page, opening: string, closing: string): Buffer {
  const around = `${opening}\0${closing}`;
  const known = bodies.get(page);
  if (known?.around === around) return known.body;
  const body = Buffer.concat([Buffer.from(opening), page.bytes, Buffer.from(closing)]);
  bodies.set(page, { around, body });
  return body;
}

function readPage(
  { store, takeTurn }: Source,
  list: EventList,
  after: Cursor | null,
  limit: number,
): Promise<Page> {
  return takeTurn(() => store.page(list.query, list.grouping, list.format, limit, after, list.base));
}

// Finds where a list with a limit ends, without writing its events.
async function lookAhead(
  { store, takeTurn }: Source,
  { query, grouping, limit }: EventList,
  first: Page,
): Promise<Cursor | null> {
  if (limit === Number.POSITIVE_INFINITY) return null;
  let { next } = first;
  for (let left = limit - first.count; next !== null && left > 0; ) {
    const after: Cursor = next;
    const counted = await takeTurn(() =>
      store.count(query, grouping, Math.min(left, lookAheadEvents), after),
    );
    left -= counted.count;
    next = counted.next;
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
    // Reads the next page while this one is sent.
    const following =
      page.next !== null && left > 0
        ? readPage(source, list, page.next, Math.min(left, nextPageEvents))
        : null;
    following?.catch(() => {}); // after a disconnect the result is not used
    yield asBuffer(page.bytes);
    if (following === null) break;
    page = await following;
    if (isBegun && page.count > 0) yield separator;
  }
  yield Buffer.from(list.closing(page.next));
}

// Shares the memory instead of copying it: pages are large.
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
