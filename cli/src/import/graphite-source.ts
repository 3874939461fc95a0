// Reads the events of a live Graphite, window by window of time: it knows no pages, and makes each answer in its memory.

import { ClientError, defaultRetry, preview, printable, rootOf, withRetry } from '@anthracite/protocol';
import { type Found, foundInJsonText, ImportError } from './found';
import { JsonItems } from './json-items';

/** Where to read, and between which seconds since the epoch. */
export interface GraphiteRange {
  readonly url: string;
  readonly fromSeconds: number;
  readonly untilSeconds: number;
}

const maxWindowSeconds = 30 * 86_400;
// A window with more events is followed by a shorter one, one with fewer by a longer one.
const manyEvents = 5_000;
const fewEvents = 1_000;
// A window whose answer is longer, or takes longer, is asked for again in halves.
const maxAnswerBytes = 64 * 1_048_576;
const maxAnswerMs = 60_000;

interface Window {
  readonly from: number;
  readonly until: number;
}

// Graphite takes eight digits for a date. Between these there is one window, whose edges have seven and nine.
const lastBeforeDates = 9_999_999;
const firstBehindDates = 100_000_000;

/** Yields all events of the range, in order of time. Throws a `ClientError` where there is no Graphite. */
export async function* readGraphite({
  url,
  fromSeconds,
  untilSeconds,
}: GraphiteRange): AsyncGenerator<Found> {
  const { base, headers } = readUrl(url);
  let length = maxWindowSeconds;
  // Graphite compares with fractions of seconds and shows none. A window begins in the second in which the one before it ended,
  // and passes over what that had.
  let known: ReadonlySet<unknown> = new Set();
  for (let from = fromSeconds; from <= untilSeconds; ) {
    const window = windowOf(from, length, untilSeconds);
    // Among hours of questions one connection may break: the same window is asked for again.
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
      if (!(when === from && known.has(id))) yield foundInJsonText(text);
    }
    if (window.until >= untilSeconds) return;
    known = edge;
    from = window.until;
    if (answer.texts.length > manyEvents) length = Math.max(1, Math.floor(length / 2));
    else if (answer.texts.length < fewEvents) length = Math.min(maxWindowSeconds, length * 2);
  }
}

function windowOf(from: number, length: number, untilSeconds: number): Window {
  const until = Math.min(from + length, untilSeconds);
  const isDate = (edge: number): boolean => edge > lastBeforeDates && edge < firstBehindDates;
  return {
    from: isDate(from) ? lastBeforeDates : from,
    until: isDate(until) ? firstBehindDates : until,
  };
}

function placeOf(text: string): { when?: unknown; id?: unknown } {
  try {
    return (JSON.parse(text) as { when?: unknown; id?: unknown }) ?? {};
  } catch {
    return {};
  }
}

function readUrl(text: string): { base: string; headers: Record<string, string> } {
  const url = new URL(text);
  const { username, password } = url;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (username !== '') {
    const secret = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    headers['authorization'] = `Basic ${Buffer.from(secret).toString('base64')}`;
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/events(\/get_data)?$/, '');
  return { base: url.origin + path, headers };
}

// The items of an answer, or why it cannot be had; a shorter window may do, unless that is final.
type Answer =
  | { readonly ok: true; readonly texts: string[] }
  | { readonly ok: false; readonly cause: string; readonly isFinal?: true };

async function readWindow(
  base: string,
  headers: Record<string, string>,
  { from, until }: Window,
): Promise<Answer> {
  const signal = AbortSignal.timeout(maxAnswerMs);
  try {
    const url = `${base}/events/get_data?from=${from}&until=${until}`;
    const response = await fetch(url, { headers, signal, redirect: 'manual' });
    if (response.status === 200) return await readItems(response, base);
    const said = `it answered ${response.status} ${preview(await response.text())}`;
    return response.status >= 500 ? { ok: false, cause: said } : { ok: false, cause: said, isFinal: true };
  } catch (error) {
    if (error instanceof ClientError || error instanceof ImportError) throw error;
    if (signal.aborted) return { ok: false, cause: `no whole answer within ${maxAnswerMs / 1000} s` };
    throw ClientError.of('UNREACHABLE_SOURCE', { server: base, cause: printable(rootOf(error).message) });
  }
}

async function readItems(response: Response, base: string): Promise<Answer> {
  const items = new JsonItems();
  const texts: string[] = [];
  let bytes = 0;
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    const chunk = Buffer.from(piece);
    const beginning = chunk.toString('latin1', 0, 64);
    if (bytes === 0 && !/^\s*\[/.test(beginning)) {
      throw ClientError.of('NOT_GRAPHITE', { server: base, value: preview(beginning) });
    }
    bytes += chunk.length;
    if (bytes > maxAnswerBytes)
      return { ok: false, cause: `an answer of a second has more than ${maxAnswerBytes} bytes` };
    texts.push(...items.push(chunk));
  }
  items.end();
  return { ok: true, texts };
}
