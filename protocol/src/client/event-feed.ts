// Follows GET /events/stream across reconnections, without a gap and without a repeat. Knows what a message holds, not
// what is done with it.

import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupedEvent } from '../event-group';
import { isJsonObject } from '../event-json';
import { causeOf, rootOf } from './cause';
import { ClientError } from './client-error';
import type { ListQuery, StreamedChange, StreamMessage } from './http-answers';
import { type HttpTransport, toSearch } from './http-transport';
import { pauseBefore, type RetryRules, withRetry } from './retry';
import { createMessageReader, type ServerMessage } from './server-messages';

/** How a stream is followed. */
export interface FollowOptions {
  /** The position behind which it begins; without one it begins with what comes from now on. */
  readonly position?: string;
  /** Milliseconds without a byte after which a connection is taken for dead. */
  readonly idleMs?: number;
  /** The pauses between attempts once it has begun; how often it is tried has no limit. */
  readonly retry?: RetryRules;
  /** Hears that the connection was lost, once until it is there again. */
  readonly onLost?: (error: ClientError) => void;
  /** Hears that it is there again. */
  readonly onFound?: () => void;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

// A server says four times in this time that it is alive, unless it was set otherwise.
const defaultIdleMs = 60_000;
// All places of the server are taken, or all that one address may have.
const busyCodes: ReadonlySet<string> = new Set(['TOO_BUSY', 'ADDRESS_TOO_BUSY']);
const followRetry: RetryRules = {
  limit: Number.POSITIVE_INFINITY,
  firstPauseMs: 200,
  maxPauseMs: 10_000,
  jitter: 0.5,
};

/**
 * What comes, until the signal is aborted. The first message is a position, or a reset. Rejects with a `ClientError` when the stream
 * cannot be begun, or the server refuses to go on; every other interruption, and a server without a place, is waited out.
 */
export async function* followStream(
  http: HttpTransport,
  query: ListQuery,
  options: FollowOptions,
): AsyncGenerator<StreamMessage> {
  const { retry = followRetry, signal } = options;
  const isEnded = (): boolean => signal?.aborted === true;
  let { position } = options;
  let isBegun = false;
  let isLost = false;
  for (let failures = 0; !isEnded(); failures++) {
    let cause = ClientError.of('CUT_SHORT', { server: http.base, cause: 'the stream ended' });
    try {
      // A server without a place is waited for as long as it takes, and said so at once.
      const connect = () => openStream(http, query, position, signal).catch(passBusy);
      const response = await (isBegun ? connect() : withRetry(connect, http.retry));
      if (response instanceof ClientError) throw response;
      for await (const message of readMessages(http, response, options)) {
        if (isLost) options.onFound?.();
        isLost = false;
        failures = 0;
        position = message.id;
        const told = toStreamMessage(http, message);
        isBegun = true;
        yield told;
      }
    } catch (error) {
      if (isEnded()) return;
      if (!isInterruption(error) || !(isBegun || isBusy(error))) throw error;
      cause = error;
    }
    if (isEnded()) return;
    if (!isBegun && !isBusy(cause)) throw cause;
    if (!isLost) options.onLost?.(cause);
    isLost = true;
    // A power of two beyond this one is longer than any pause.
    const pauseMs = pauseBefore(Math.min(failures, 30), retry, cause.retryAfterMs, Math.random());
    await sleep(pauseMs, undefined, signal && { signal }).catch(() => {});
  }
}

// What a proxy says while the server behind it is started again is none of our answers.
function isInterruption(error: unknown): error is ClientError {
  return error instanceof ClientError && (error.isRetryable || error.code === 'NOT_ANTHRACITE');
}

function isBusy(error: unknown): error is ClientError {
  return error instanceof ClientError && busyCodes.has(error.serverCode ?? '');
}

function passBusy(error: unknown): ClientError {
  if (isBusy(error)) return error;
  throw error;
}

function openStream(
  http: HttpTransport,
  query: ListQuery,
  position: string | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  return http.request(`/events/stream${toSearch(query)}`, {
    headers: {
      accept: 'text/event-stream, application/json',
      ...(position !== undefined && { 'last-event-id': position }),
    },
    ...(signal && { signal }),
  });
}

async function* readMessages(
  http: HttpTransport,
  response: Response,
  { idleMs = defaultIdleMs }: FollowOptions,
): AsyncGenerator<ServerMessage> {
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) {
    await response.body?.cancel();
    throw http.foreign(type);
  }
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const read = createMessageReader();
  let isSilent = false;
  const cancel = (): void => {
    reader.cancel().catch(() => {});
  };
  try {
    for (;;) {
      const timer = setTimeout(() => {
        isSilent = true;
        cancel();
      }, idleMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(timer));
      if (done) break;
      yield* read(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    throw ClientError.of('CUT_SHORT', { server: http.base, cause: causeOf(rootOf(error)) });
  } finally {
    cancel();
  }
  if (isSilent) throw ClientError.of('TIMED_OUT', { server: http.base, seconds: idleMs / 1000 });
}

function toStreamMessage(http: HttpTransport, { event, id, data }: ServerMessage): StreamMessage {
  if (data === '') return { kind: 'position', position: id };
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {}
  if (!isJsonObject(value)) throw http.foreign(data);
  if (event === 'event') return { kind: 'event', position: id, event: value as unknown as GroupedEvent };
  if (event === 'change') return { kind: 'change', position: id, change: value as unknown as StreamedChange };
  if (event === 'reset') return { kind: 'reset', position: id, asked: String(value['asked']) };
  // What a newer server tells besides is passed over.
  return { kind: 'position', position: id };
}
