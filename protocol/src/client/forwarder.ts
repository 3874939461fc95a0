// Delivers lines to the server reliably: writes them to disk, then sends them until the server has acknowledged them.

import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError } from './client-error';
import type { LineReceipt } from './line-client';
import { pauseBefore, type RetryRules } from './retry';
import type { Spool } from './spool';

/** Sends lines, each with its line end, to one of the server's doors. Rejects with a `ClientError`. */
export type LineSender = (lines: readonly string[]) => Promise<LineReceipt>;

/** Options of a forwarder. */
export interface ForwarderOptions {
  readonly spool: Spool;
  readonly send: LineSender;
  /** The pauses between attempts; the number of attempts is not limited. */
  readonly retry?: RetryRules;
  readonly clock?: () => number;
  readonly observer: ForwarderObserver;
}

/** Called with the results of lines. */
export interface ForwarderObserver {
  /** The server answered. It keeps the lines that it rejected; they are not sent again. */
  sent(receipt: LineReceipt): void;
  /** Sending fails, for the first time or for a new reason. The lines stay in the spool. */
  failing(error: Error): void;
  /** The spool was full, so this number of its oldest lines was dropped. */
  dropped(lines: number): void;
  /** A line is too large for the server. It was kept in this file. */
  refused?(path: string, error: ClientError): void;
}

/** Pauses from half a second to one minute. */
export const forwarderRetry: RetryRules = {
  limit: Number.POSITIVE_INFINITY,
  firstPauseMs: 500,
  maxPauseMs: 60_000,
  jitter: 0.5,
};

const maxBatchLines = 500;
const maxBatchBytes = 1_048_576;
const tooLarge = 413;

export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #closing = new AbortController();
  #underWay: Promise<void> | undefined;
  #wanted = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /**
   * Submits a line, given without its line end. Resolves when it is in the spool; then it is sent in the background. If the spool
   * cannot be written, the line is sent at once. Rejects if it is neither on disk nor acknowledged.
   */
  async submit(line: string): Promise<void> {
    if (await this.keep(line)) this.start();
  }

  /** Like `submit`, but leaves sending to `flush` or `start`. Resolves with true if the line is in the spool. */
  async keep(line: string): Promise<boolean> {
    const { spool, clock = Date.now, observer } = this.#options;
    try {
      const dropped = await spool.add(line, clock());
      if (dropped > 0) observer.dropped(dropped);
      return true;
    } catch (error) {
      observer.failing(error as Error);
      observer.sent(await this.#options.send([`${line}\n`]));
      return false;
    }
  }

  /** Starts sending the lines of the spool until it is empty, unless it is already sending. */
  start(): void {
    this.#wanted = true;
    this.#underWay ??= this.#run().finally(() => {
      this.#underWay = undefined;
      if (this.#wanted && !this.#closing.signal.aborted) this.start();
    });
  }

  /** Sends all lines of the spool, without retries. Rejects with a `ClientError` or an error of the file system. */
  async flush(): Promise<void> {
    while (await this.#sendBatch()) {}
  }

  /** Stops after the current batch. Lines without acknowledgement stay in the spool. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#underWay;
  }

  async #run(): Promise<void> {
    const { retry = forwarderRetry, observer } = this.#options;
    let lastMessage = '';
    for (let attempt = 0; !this.#closing.signal.aborted; ) {
      this.#wanted = false;
      try {
        if (!(await this.#sendBatch())) return;
        attempt = 0;
      } catch (error) {
        const { message } = error as Error;
        if (message !== lastMessage) observer.failing(error as Error);
        lastMessage = message;
        const askedMs = error instanceof ClientError ? error.retryAfterMs : null;
        // With a higher exponent, the pause would always be the maximum.
        const pauseMs = pauseBefore(Math.min(attempt++, 30), retry, askedMs, Math.random());
        await sleep(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      }
    }
  }

  // True if there was something to send. Sends fewer lines at once to a server with a smaller limit for bodies.
  async #sendBatch(maxLines = maxBatchLines): Promise<boolean> {
    const { spool, send, observer } = this.#options;
    const lines = await spool.oldest(maxLines, maxBatchBytes);
    const [first] = lines;
    if (first === undefined) return false;
    let receipt: LineReceipt;
    try {
      receipt = await send(lines.map(({ line }) => line));
    } catch (error) {
      if (!(error instanceof ClientError && error.status === tooLarge)) throw error;
      if (lines.length > 1) return this.#sendBatch(Math.floor(lines.length / 2));
      observer.refused?.(await spool.setAside(first.name), error);
      return true;
    }
    await spool.remove(lines.map(({ name }) => name));
    observer.sent(receipt);
    return true;
  }
}
