// Decides when this server adds events to the kept counts: soon after its own events, and from time to time after others'.

import { Connection } from './connection';
import { count } from './counts';
import type { SessionOptions } from './sessions';

// A few events wait for more of them.
const idleMs = 250;
// Events of a server that has ended are counted by the others.
const othersMs = 5_000;

export class Counting {
  readonly #options: Omit<SessionOptions, 'onRepeat'>;
  #connection: Connection | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isWoken = false;
  #step: Promise<void> | null = null;
  #isStopped = false;

  constructor(options: Omit<SessionOptions, 'onRepeat'>) {
    this.#options = options;
  }

  /** Reports new events. */
  wake(): void {
    if (this.#isWoken || this.#isStopped) return;
    this.#isWoken = true;
    if (this.#step === null) this.#plan(idleMs);
  }

  /** Ends it after the current step. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#step;
    await this.#connection?.close();
  }

  #plan(pauseMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#isWoken = false;
      this.#step = this.#count().then((hasMore) => {
        this.#step = null;
        this.#plan(hasMore ? 0 : this.#isWoken ? idleMs : othersMs);
      });
    }, pauseMs);
    this.#timer.unref();
  }

  // A failure is not reported: whatever is not counted is counted by queries, and the writer reports a database that is away.
  async #count(): Promise<boolean> {
    const { address } = this.#options;
    try {
      if (this.#connection?.isUsable !== true)
        this.#connection = await Connection.open(address, this.#options);
      return await count(this.#connection, address.schema);
    } catch {
      this.#connection?.destroy();
      this.#connection = null;
      return false;
    }
  }
}
