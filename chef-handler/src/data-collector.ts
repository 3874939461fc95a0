// Takes the messages that Chef sends to its data collector, at once, and reads them afterwards. Knows no HTTP and no store.
//
// Chef must never wait: a run whose first message is not answered well is not reported, and each 5xx costs its node
// two minutes of repetition.

import { join } from 'node:path';
import type { Event } from '@anthracite/protocol';
import { MappingThread } from '@anthracite/protocol/bridge';
import { type Mapped, mapMessage } from './map-message';
import type { MessageRelay, RelayedHeaders } from './message-relay';
import type { RunEventOptions } from './run-event';

/** What became of a message. `refused`: too much waited, and the sender was told. */
export type MessageOutcome = Mapped['outcome'] | 'refused';

/** How a collector is set up. */
export interface DataCollectorOptions {
  readonly eventOptions: RunEventOptions;
  /** Gets the events. It must not throw, and whoever it is sees to it that they are stored. */
  submit(event: Event): void;
  /** Gets a copy of all messages; null for nobody. */
  readonly relay: MessageRelay | null;
  /** Hears what became of each message; `reason` says why one could not be read. */
  onOutcome(outcome: MessageOutcome, reason?: string): void;
}

// What is read where it arrives: within a millisecond or two.
const maxBytesAtOnce = 65_536;
const maxQueuedBytes = 128 * 1_048_576;

export class DataCollector {
  readonly #options: DataCollectorOptions;
  readonly #thread = new MappingThread<RunEventOptions, Mapped>(join(__dirname, 'mapping-worker.js'), {
    maxQueuedBytes,
  });
  readonly #reading = new Set<Promise<void>>();

  constructor(options: DataCollectorOptions) {
    this.#options = options;
  }

  /** Takes a message, or returns false when too much waits already. The body is the collector's from now on. */
  take(body: Buffer, headers: RelayedHeaders): boolean {
    const { eventOptions, relay } = this.#options;
    const isBig = body.length > maxBytesAtOnce;
    if (isBig && this.#thread.isFull(body.length)) {
      this.#options.onOutcome('refused');
      return false;
    }
    relay?.pass(body, headers);
    if (isBig) this.#read(body);
    else this.#settle(mapMessage(body, eventOptions));
    return true;
  }

  /** Resolves when all that was taken is read, and ends the thread. */
  async close(): Promise<void> {
    while (this.#reading.size > 0) await Promise.all(this.#reading);
    await this.#thread.close();
  }

  #read(body: Buffer): void {
    const reading = this.#thread.map(body, this.#options.eventOptions).then(
      (mapped) => this.#settle(mapped),
      (error: Error) => this.#options.onOutcome('unreadable', error.message),
    );
    this.#reading.add(reading);
    reading.finally(() => this.#reading.delete(reading));
  }

  #settle(mapped: Mapped): void {
    if (mapped.outcome === 'event') this.#options.submit(mapped.event);
    this.#options.onOutcome(mapped.outcome);
  }
}
