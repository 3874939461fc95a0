// Reads the events of a live Graphite in time windows, because Graphite has no paging and builds each response in memory.

import {
  ClientError,
  defaultRetry,
  preview,
  printable,
  rootOf,
  sendRequest,
  textOf,
  withRetry,
} from '@anthracite/protocol';
import { type Found, foundInJsonText, ImportError } from './found';
import { JsonItems } from './json-items';
import { readSourceUrl } from './source-url';

/** The Graphite to read, and the range in seconds since the epoch. */
export interface GraphiteRange {
  readonly url: string;
  readonly fromSeconds: number;
  readonly untilSeconds: number;
}

const maxWindowSeconds = 30 * 86_400;
// After a window with more events the next one is shorter; after one with fewer, longer.
const manyEvents = 5_000;
const fewEvents = 1_000;
// If a response is larger or slower, the window is halved and requested again.
const maxAnswerBytes = 64 * 1_048_576;
const maxAnswerMs = 60_000;

interface Window {
  readonly from: number;
  readonly until: number;
}

// Graphite reads eight digits as a date. One window covers these times; its edges have seven and nine digits.
const lastBeforeDates = 9_999_999;
const firstAfterDates = 100_000_000;

/** Yields all events of the range, ordered by time. Throws a `ClientError` if the server is not a Graphite. */
export async function* readGraphite({
  url,
  fromSeconds,
  untilSeconds,
}: GraphiteRange): AsyncGenerator<Found> {
  const { base, headers } = readSourceUrl(url);
  let length = maxWindowSeconds;
  // Graphite compares fractions of seconds but does not return them. A window starts in the second in which the previous one
  // ended, and skips the events of that second that were read before.
  let seen: ReadonlySet<unknown> = new Set();
  for (let from = fromSeconds; from <= untilSeconds; ) {
    const window = windowOf(from, length, untilSeconds);
    // During a long import one connection may break: the same window is requested again.
    const answer = await withRetry(() => readWindow(base, headers, window), defaultRetry);
    if (!answer.ok) {
      if (answer.isFinal || length === 1)
        throw ClientError.of('UNREACHABLE_SOURCE', { server: base, cause: answer.cause });
      length = Math.max(1, Math.floor(length / 2));
      continue;
    }
    const edge = new Set<unknown>();
    for (const text of answer.texts) {
      const { when, id } = placeOf(text);
      if (when === window.until) edge.add(id);
      if (typeof when === 'number' && (when < fromSeconds || when > untilSeconds)) continue;
      if (!(when === from && seen.has(id))) yield foundInJsonText(text);
    }
    if (window.until >= untilSeconds) return;
    seen = edge;
    from = window.until;
    if (answer.texts.length > manyEvents) length = Math.max(1, Math.floor(length / 2));
    else if (answer.texts.length < fewEvents) length = Math.min(maxWindowSeconds, length * 2);
  }
}

function windowOf(from: number, length: number, untilSeconds: number): Window {
  const until = Math.min(from + length, untilSeconds);
  const isDate = (edge: number): boolean => edge > lastBeforeDates && edge < firstAfterDates;
  return {
    from: isDate(from) ? lastBeforeDates : from,
    until: isDate(until) ? firstAfterDates : until,
  };
}

function placeOf(text: string): { when?: unknown; id?: unknown } {
  try {
    return (JSON.parse(text) as { when?: unknown; id?: unknown }) ?? {};
  } catch {
    return {};
  }
}

// The items of a response, or the cause of a failure. A shorter window may succeed, unless `isFinal`.
type Answer =
  | { readonly ok: true; readonly texts: string[] }
  | { readonly ok: false; readonly cause: string; readonly isFinal?: true };

async function readWindow(
  base: string,
  headers: Readonly<Record<string, string>>,
  { from, until }: Window,
): Promise<Answer> {
  const signal = AbortSignal.timeout(maxAnswerMs);
  try {
    const url = `${base}/events/get_data?from=${from}&until=${until}`;
    const { status, body } = await sendRequest(url, { headers, signal });
    if (status === 200) return await readItems(body, base);
    const said = `it answered ${status} ${preview(await textOf(body))}`;
    return status >= 500 ? { ok: false, cause: said } : { ok: false, cause: said, isFinal: true };
  } catch (error) {
    if (error instanceof ClientError || error instanceof ImportError) throw error;
    if (signal.aborted) return { ok: false, cause: `no complete response within ${maxAnswerMs / 1000} s` };
    throw ClientError.of('UNREACHABLE_SOURCE', { server: base, cause: printable(rootOf(error).message) });
  }
}

async function readItems(body: AsyncIterable<Uint8Array>, base: string): Promise<Answer> {
  const items = new JsonItems();
  const texts: string[] = [];
  let bytes = 0;
  for await (const piece of body) {
    const chunk = Buffer.from(piece);
    const beginning = chunk.toString('latin1', 0, 64);
    if (bytes === 0 && !/^\s*\[/.test(beginning)) {
      throw ClientError.of('NOT_GRAPHITE', { server: base, value: preview(beginning) });
    }
    bytes += chunk.length;
    if (bytes > maxAnswerBytes)
      return { ok: false, cause: `the events of one second have more than ${maxAnswerBytes} bytes` };
    texts.push(...items.push(chunk));
  }
  items.end();
  return { ok: true, texts };
}
