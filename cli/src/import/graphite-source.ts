// Reads the events of a live Graphite, window by window of time: it knows no pages, and makes each answer in its memory.

import { ClientError, preview, printable } from '@anthracite/protocol';
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
    const window = { from, until: Math.min(from + length, untilSeconds) };
    const texts = await readWindow(base, headers, window);
    if (texts === null) {
      if (length === 1) {
        throw new ImportError(
          `Graphite's answer for second ${from} has more than ${maxAnswerBytes} bytes, or takes longer than ${maxAnswerMs / 1000} s`,
        );
      }
      length = Math.max(1, Math.floor(length / 2));
      continue;
    }
    const edge = new Set<unknown>();
    for (const text of texts) {
      const { when, id } = placeOf(text);
      if (when === window.until) edge.add(id);
      if (!(when === from && known.has(id))) yield foundInJsonText(text);
    }
    if (window.until >= untilSeconds) return;
    known = edge;
    from = window.until;
    if (texts.length > manyEvents) length = Math.max(1, Math.floor(length / 2));
    else if (texts.length < fewEvents) length = Math.min(maxWindowSeconds, length * 2);
  }
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

// The items of an answer, or null when it is too much at once.
async function readWindow(
  base: string,
  headers: Record<string, string>,
  { from, until }: Window,
): Promise<string[] | null> {
  const signal = AbortSignal.timeout(maxAnswerMs);
  const failed = (cause: string): ClientError =>
    ClientError.of('UNREACHABLE_SOURCE', { server: base, cause });
  try {
    const url = `${base}/events/get_data?from=${from}&until=${until}`;
    const response = await fetch(url, { headers, signal, redirect: 'manual' });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw failed(`it answered with status ${response.status}`);
    }
    return await readItems(response, base);
  } catch (error) {
    if (error instanceof ClientError || error instanceof ImportError) throw error;
    if (signal.aborted) return null;
    throw failed(
      printable(((error as Error).cause as Error | undefined)?.message ?? (error as Error).message),
    );
  }
}

async function readItems(response: Response, base: string): Promise<string[] | null> {
  const items = new JsonItems();
  const texts: string[] = [];
  let bytes = 0;
  let isFirst = true;
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > maxAnswerBytes) return null;
    const chunk = Buffer.from(piece);
    const beginning = chunk.toString('latin1', 0, 64);
    if (isFirst && !/^\s*\[/.test(beginning)) {
      throw ClientError.of('NOT_GRAPHITE', { server: base, value: preview(beginning) });
    }
    isFirst = false;
    texts.push(...items.push(chunk));
  }
  items.end();
  return texts;
}
