// Brings lines to the server, whatever happens: first to the disk, then over the network, and again until it went well.
// Knows no door of it.

import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError } from './client-error';
import type { LineReceipt } from './line-client';
import { pauseBefore, type RetryRules } from './retry';
import type { Spool } from './spool';

/** Sends lines, each with its line end, through one of the server's doors. Rejects with a `ClientError`. */
export type LineSender = (lines: readonly string[]) => Promise<LineReceipt>;

/** How a forwarder is set up. */
export interface ForwarderOptions {
  readonly spool: Spool;
  readonly send: LineSender;
  /** The pauses between attempts; how often it is tried has no limit. */
  readonly retry?: RetryRules;
  readonly clock?: () => number;
  readonly observer: ForwarderObserver;
}

/** Hears what becomes of lines. */
export interface ForwarderObserver {
  /** The server answered. Lines that it rejected are in its ledger, and not sent again. */
  sent(receipt: LineReceipt): void;
  /** Sending began to fail, or fails for another reason. The lines stay in the spool. */
  failing(error: Error): void;
  /** The spool was full: so many of its oldest lines are lost. */
  dropped(lines: number): void;
}

/** From half a second to a minute. */
export const forwarderRetry: RetryRules = {
  limit: Number.POSITIVE_INFINITY,
  firstPauseMs: 500,
  maxPauseMs: 60_000,
  jitter: 0.5,
};

const maxBatchLines = 500;
const maxBatchBytes = 1_048_576;

export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #closing = new AbortController();
  #underWay: Promise<void> | undefined;
  #wanted = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
  }

  /**
   * Takes a line, without its line end, and resolves when it is in the spool; it is sent in the background. Where the
   * spool cannot be written it is sent at once. Rejects when it is neither on disk nor acknowledged.
   */
  async submit(line: string): Promise<void> {
    if (await this.keep(line)) this.start();
  }

  /** As `submit`, but leaves the sending to `flush` or `start`. Resolves with true when the line is in the spool. */
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

  /** Begins to send what is in the spool, if it is not under way; tries until the spool is empty. */
  start(): void {
    this.#wanted = true;
    this.#underWay ??= this.#run().finally(() => {
      this.#underWay = undefined;
      if (this.#wanted && !this.#closing.signal.aborted) this.start();
    });
  }

  /** Sends all that is in the spool, once. Rejects with a `ClientError`, or the error of the file system. */
  async flush(): Promise<void> {
    while (await this.#sendBatch()) {}
  }

  /** Stops after what is under way. What was not acknowledged stays in the spool. */
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
        // A power of two beyond this one is longer than any pause.
        const pauseMs = pauseBefore(Math.min(attempt++, 30), retry, askedMs, Math.random());
        await sleep(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      }
    }
  }

  // True when there was something to send.
  async #sendBatch(): Promise<boolean> {
    const { spool, send, observer } = this.#options;
    const lines = await spool.oldest(maxBatchLines, maxBatchBytes);
    if (lines.length === 0) return false;
    const receipt = await send(lines.map(({ line }) => line));
    await spool.remove(lines.map(({ name }) => name));
    observer.sent(receipt);
    return true;
  }
}
