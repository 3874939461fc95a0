// Reads the annotations of a live Grafana in time windows: it returns the newest ones up to a limit, and has no pages.

import {
  ClientError,
  checkEvent,
  defaultRetry,
  failed,
  preview,
  printable,
  rootOf,
  sendRequest,
  textWithin,
  withRetry,
} from '@anthracite/protocol';
import { eventsOfAnnotation, readAnnotation } from '@anthracite/server/core';
import { type Found, foundOf, ImportError } from './found';
import { readSourceUrl } from './source-url';

/** The Grafana to read, and the range in seconds since the epoch. */
export interface GrafanaRange {
  /** The URL of `/api/annotations`. */
  readonly url: string;
  /** The token of a service account. */
  readonly token?: string | undefined;
  readonly fromSeconds: number;
  readonly untilSeconds: number;
}

// A window with more of them is halved. After one with few, the next is longer.
const maxAtOnce = 5_000;
const fewAtOnce = 1_000;
const maxAnswerMs = 60_000;
const maxAnswerBytes = 64 * 1_048_576;

type Item = Readonly<Record<string, unknown>>;

/** Yields the events of all annotations that overlap the range. Throws a `ClientError` if the server is not a Grafana. */
export async function* readGrafana(range: GrafanaRange): AsyncGenerator<Found> {
  const { base, headers } = readSourceUrl(range.url, range.token);
  const untilMs = range.untilSeconds * 1_000 + 999;
  // A region is in the window of each part of it.
  const seen = new Set<unknown>();
  // Grafana reads 0 as no limit.
  let fromMs = Math.max(1, range.fromSeconds * 1_000);
  let length = untilMs - fromMs + 1;
  while (fromMs <= untilMs) {
    const lastMs = Math.min(untilMs, fromMs + length - 1);
    // During a long import one connection may break: the same window is requested again.
    const items = await withRetry(() => readWindow(base, headers, fromMs, lastMs), defaultRetry);
    if (items === null || items.length >= maxAtOnce) {
      if (fromMs === lastMs)
        throw new ImportError(
          `Grafana has ${maxAtOnce} or more annotations, or more than ${maxAnswerBytes} bytes, in one millisecond`,
        );
      length = Math.ceil((lastMs - fromMs + 1) / 2);
      continue;
    }
    for (const item of items.toReversed()) {
      if (seen.has(item['id'])) continue;
      if (item['timeEnd'] !== item['time']) seen.add(item['id']);
      yield* foundIn(item);
    }
    fromMs = lastMs + 1;
    if (items.length < fewAtOnce) length *= 2;
  }
}

function* foundIn(item: Item): Generator<Found> {
  const text = (): string => JSON.stringify(item);
  const bad = (why: string): Found =>
    foundOf(failed('BAD_ANNOTATION', { id: preview(String(item['id'])), why }), text);
  // An imported event must not get the current time.
  if (typeof item['time'] !== 'number' || item['time'] === 0) return yield bad('it has no time');
  const read = readAnnotation(item, Number.NaN);
  if (!read.ok) return yield bad(read.message);
  for (const event of eventsOfAnnotation(read.value)) yield foundOf(checkEvent(event), text);
}

// Null if the answer is too long.
async function readWindow(
  base: string,
  headers: Readonly<Record<string, string>>,
  fromMs: number,
  lastMs: number,
): Promise<readonly Item[] | null> {
  const signal = AbortSignal.timeout(maxAnswerMs);
  const unreachable = (cause: string): ClientError =>
    ClientError.of('UNREACHABLE_SOURCE', { server: base, cause });
  let text: string | null;
  try {
    // Without the changes of the state of alerts, which Grafana lists as annotations, too.
    const query = `from=${fromMs}&to=${lastMs}&limit=${maxAtOnce}&type=annotation`;
    const { status, body } = await sendRequest(`${base}/api/annotations?${query}`, { headers, signal });
    text = await textWithin(body, maxAnswerBytes);
    if (status === 401 || status === 403)
      throw new ImportError(
        `${base} refuses access (${status}); give the token of a service account with --source-token-file`,
      );
    if (status >= 500) throw unreachable(`it answered ${status} ${preview(text ?? '')}`);
  } catch (error) {
    if (error instanceof ClientError || error instanceof ImportError) throw error;
    if (signal.aborted) throw unreachable(`no complete response within ${maxAnswerMs / 1000} s`);
    throw unreachable(printable(rootOf(error).message));
  }
  if (text === null) return null;
  const items = parse(text);
  if (!Array.isArray(items)) throw ClientError.of('NOT_GRAFANA', { server: base, value: preview(text) });
  return items.map((item: unknown) => (typeof item === 'object' && item !== null ? (item as Item) : {}));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
