// Forwards messages to another data collector, such as Chef Automate, because Chef can send to only one. Its memory is limited, it
// never delays the answer to Chef, and it drops and counts messages that it cannot deliver.

import { setTimeout as sleep } from 'node:timers/promises';
import { pauseBefore, type RetryRules } from '@anthracite/protocol';

/** Headers of a request. Only a few are forwarded, and never the token, which is only for Anthracite. */
export type RelayedHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Options of a relay. */
export interface MessageRelayOptions {
  /** The http or https URL of the other collector. */
  readonly url: string;
  /** The current token of the other collector; null without one. */
  readonly token: () => string | null;
  /** Maximum milliseconds until its answer. */
  readonly timeoutMs?: number;
  readonly retry?: RetryRules;
  /** Maximum bytes of waiting messages. */
  readonly maxQueuedBytes?: number;
  readonly observer: MessageRelayObserver;
}

/** Called with the results of messages. */
export interface MessageRelayObserver {
  passed(): void;
  /** A message was dropped: too many are waiting, or the other collector refused it. The reason is safe to log. */
  dropped(reason: string): void;
}

interface Message {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const relayRetry: RetryRules = { limit: 4, firstPauseMs: 1_000, maxPauseMs: 30_000, jitter: 0.5 };
const relayedHeaders = ['content-type', 'user-agent', 'x-chef-version', 'x-remote-request-id'];
// The two messages of a run use the same lane, so that they stay in order. A slow answer delays only its lane.
const lanes = 4;

export class MessageRelay {
  readonly #options: Required<MessageRelayOptions>;
  readonly #queues: Message[][] = Array.from({ length: lanes }, () => []);
  readonly #running: (Promise<void> | undefined)[] = [];
  readonly #closing = new AbortController();
  readonly #requests = new Set<AbortController>();
  #queuedBytes = 0;

  constructor(options: MessageRelayOptions) {
    this.#options = { timeoutMs: 30_000, retry: relayRetry, maxQueuedBytes: 64 * 1_048_576, ...options };
  }

  /** Takes a copy of a message. Returns at once. */
  pass(body: Buffer, headers: RelayedHeaders): void {
    const { maxQueuedBytes, observer } = this.#options;
    const token = this.#options.token();
    if (this.#queuedBytes > 0 && this.#queuedBytes + body.length > maxQueuedBytes) {
      observer.dropped(`more than ${maxQueuedBytes} bytes are waiting for it`);
      return;
    }
    const passedOn: Record<string, string> = { 'content-type': 'application/json' };
    for (const name of relayedHeaders) {
      const value = headers[name];
      if (typeof value === 'string') passedOn[name] = value;
    }
    if (token !== null) {
      passedOn['x-data-collector-token'] = token;
      passedOn['x-data-collector-auth'] = 'version=1.0';
    }
    this.#queuedBytes += body.length;
    const lane = laneOf(passedOn['x-remote-request-id'] ?? '');
    this.#queues[lane]?.push({ body, headers: passedOn });
    this.#running[lane] ??= this.#run(lane).finally(() => {
      this.#running[lane] = undefined;
    });
  }

  /** Sends waiting messages once more, without pauses. Drops messages that are not accepted within `withinMs` milliseconds. */
  async close(withinMs: number): Promise<void> {
    this.#closing.abort();
    const deadline = setTimeout(() => {
      for (const _message of this.#queues.flatMap((queue) => queue.splice(0))) {
        this.#options.observer.dropped('the program ended before it was sent');
      }
      for (const request of this.#requests) request.abort();
    }, withinMs);
    await Promise.all(this.#running);
    clearTimeout(deadline);
  }

  async #run(lane: number): Promise<void> {
    const queue = this.#queues[lane] ?? [];
    for (let message = queue.shift(); message; message = queue.shift()) {
      const failure = await this.#deliver(message);
      this.#queuedBytes -= message.body.length;
      if (failure === null) this.#options.observer.passed();
      else this.#options.observer.dropped(failure);
    }
  }

  // Null if the message was accepted, otherwise the last reason.
  async #deliver(message: Message): Promise<string | null> {
    const { retry } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const { isTaken, isFinal, reason } = await this.#post(message);
      if (isTaken) return null;
      if (isFinal || attempt >= retry.limit || this.#closing.signal.aborted) return reason;
      const pauseMs = pauseBefore(attempt, retry, null, Math.random());
      await sleep(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
  }

  async #post({ body, headers }: Message) {
    const { url, timeoutMs } = this.#options;
    const request = new AbortController();
    const timer = setTimeout(() => request.abort(), timeoutMs);
    this.#requests.add(request);
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        headers,
        redirect: 'manual',
        signal: request.signal,
      });
      await response.body?.cancel();
      const { status, ok } = response;
      return { isTaken: ok, isFinal: status < 500 && status !== 429, reason: `it answered ${status}` };
    } catch (error) {
      const { cause, name } = error as Error & { readonly cause?: NodeJS.ErrnoException };
      return { isTaken: false, isFinal: false, reason: `it is unreachable (${cause?.code ?? name})` };
    } finally {
      clearTimeout(timer);
      this.#requests.delete(request);
    }
  }
}

function laneOf(run: string): number {
  let sum = 0;
  for (let i = 0; i < run.length && i < 64; i++) sum += run.charCodeAt(i);
  return sum % lanes;
}
