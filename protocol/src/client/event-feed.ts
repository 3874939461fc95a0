// Follows GET /events/stream across reconnections, without a gap and without a repeat.

import { setTimeout as sleep } from 'node:timers/promises';
import { groupedEventSchema, hasShape, resetSchema, streamedChangeSchema } from '../api';
import { causeOf, rootOf } from './cause';
import { ClientError } from './client-error';
import type { ListQuery, StreamMessage } from './http-answers';
import type { HttpAnswer } from './http-request';
import { type HttpTransport, toSearch } from './http-transport';
import { pauseBefore, type RetryRules, withRetry } from './retry';
import { createMessageReader, type ServerMessage } from './server-messages';

/** Options for following a stream. */
export interface FollowOptions {
  /** The position after which the stream starts; by default it starts with new events. */
  readonly position?: string;
  /** Milliseconds without a byte after which a connection counts as lost. */
  readonly idleMs?: number;
  /** The pauses between attempts to reconnect; the number of attempts is not limited. */
  readonly retry?: RetryRules;
  /** Called when the connection is lost, once until it is back. */
  readonly onLost?: (error: ClientError) => void;
  /** Called when the connection is back. */
  readonly onFound?: () => void;
  /** Ends the stream. */
  readonly signal?: AbortSignal;
}

// A server sends four heartbeats in this time by default.
const defaultIdleMs = 60_000;
// The server has reached its maximum number of streams, in total or for this address.
const busyCodes: ReadonlySet<string> = new Set(['TOO_BUSY', 'ADDRESS_TOO_BUSY']);
const followRetry: RetryRules = {
  limit: Number.POSITIVE_INFINITY,
  firstPauseMs: 200,
  maxPauseMs: 10_000,
  jitter: 0.5,
};

/**
 * The messages of the stream, until the signal is aborted. The first one is a position or a reset. Rejects with a `ClientError`
 * if the stream cannot be started or the server refuses to continue it. After any other interruption, and while the server is too
 * busy, it tries again.
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
      // A busy server is reported at once, and tried again without a limit.
      const connect = () => openStream(http, query, position, signal).catch(passBusy);
      const response = await (isBegun ? connect() : withRetry(connect, http.retry));
      if (response instanceof ClientError) throw response;
      for await (const message of readMessages(http, response, options)) {
        if (isLost) options.onFound?.();
        isLost = false;
        failures = 0;
        position = message.id;
        const streamed = toStreamMessage(http, message);
        isBegun = true;
        yield streamed;
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
    // With a higher exponent, the pause would always be the maximum.
    const pauseMs = pauseBefore(Math.min(failures, 30), retry, cause.retryAfterMs, Math.random());
    await sleep(pauseMs, undefined, signal && { signal }).catch(() => {});
  }
}

// While a server restarts, its proxy answers in its place.
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
): Promise<HttpAnswer> {
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
  { header, body }: HttpAnswer,
  { idleMs = defaultIdleMs }: FollowOptions,
): AsyncGenerator<ServerMessage> {
  const type = header('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) {
    body.destroy();
    throw http.foreign(type);
  }
  const pieces = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const decoder = new TextDecoder();
  const read = createMessageReader();
  let isSilent = false;
  try {
    for (;;) {
      const timer = setTimeout(() => {
        isSilent = true;
        body.destroy();
      }, idleMs);
      const { done, value } = await pieces.next().finally(() => clearTimeout(timer));
      if (done) break;
      yield* read(decoder.decode(value, { stream: true }));
    }
  } catch (error) {
    if (!isSilent) throw ClientError.of('CUT_SHORT', { server: http.base, cause: causeOf(rootOf(error)) });
  } finally {
    body.destroy();
  }
  if (isSilent) throw ClientError.of('TIMED_OUT', { server: http.base, seconds: idleMs / 1000 });
}

function toStreamMessage(http: HttpTransport, { event, id, data }: ServerMessage): StreamMessage {
  if (data === '') return { kind: 'position', position: id };
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {}
  if (typeof value !== 'object' || value === null) throw http.foreign(data);
  if (event === 'event') {
    if (!hasShape(groupedEventSchema, value)) throw http.foreign(data);
    return { kind: 'event', position: id, event: value };
  }
  if (event === 'change') {
    if (!hasShape(streamedChangeSchema, value)) throw http.foreign(data);
    return { kind: 'change', position: id, change: value };
  }
  if (event === 'reset') {
    if (!hasShape(resetSchema, value)) throw http.foreign(data);
    return { kind: 'reset', position: id, asked: value.asked };
  }
  // Ignores messages of newer servers.
  return { kind: 'position', position: id };
}
