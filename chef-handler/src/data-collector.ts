// Takes the messages that Chef sends to its data collector, at once, and reads them afterwards. Knows no HTTP and no store.
//
// Chef must never wait: a run whose first message is not answered well is not reported, and each 5xx costs its node
// two minutes of repetition.

import { join } from 'node:path';
import type { Event } from '@anthracite/protocol';
import { MappingThread } from '@anthracite/protocol/bridge';
import { type Mapped, mapMessage } from './map-message';
import type { MessageRelay, RelayedHeaders } from './message-relay';
import type { MappingOptions } from './options';

/** What became of a message. `refused`: too much waited, and the sender was told. */
export type MessageOutcome = Mapped['outcome'] | 'refused';

/** How a collector is set up. */
export interface DataCollectorOptions {
  /** Gets the events. It must not throw, and whoever it is sees to it that they are stored. */
  submit(event: Event): void;
  /** Gets a copy of all messages; null for nobody. */
  readonly relay: MessageRelay | null;
  /** Hears what became of each message; `why` says why one could not be read. */
  onOutcome(outcome: MessageOutcome, peer: string, why?: string): void;
}

/** A message that has arrived. Its body is the collector's from now on. */
export interface ReceivedMessage {
  readonly body: Buffer;
  readonly headers: RelayedHeaders;
  readonly options: MappingOptions;
  /** Who sent it. */
  readonly peer: string;
}

// What is read where it arrives: within a millisecond or two.
const maxBytesAtOnce = 65_536;
const maxQueuedBytes = 128 * 1_048_576;

export class DataCollector {
  readonly #options: DataCollectorOptions;
  readonly #thread = new MappingThread<MappingOptions, Mapped>(join(__dirname, 'mapping-worker.js'), {
    maxQueuedBytes,
  });
  readonly #reading = new Set<Promise<void>>();

  constructor(options: DataCollectorOptions) {
    this.#options = options;
  }

  /** Takes a message, or returns false when too much waits already. */
  take({ body, headers, options, peer }: ReceivedMessage): boolean {
    const isBig = body.length > maxBytesAtOnce;
    if (isBig && this.#thread.isFull(body.length)) {
      this.#options.onOutcome('refused', peer);
      return false;
    }
    this.#options.relay?.pass(body, headers);
    if (isBig) this.#read(body, options, peer);
    else this.#settle(mapMessage(body, options), peer);
    return true;
  }

  /** Resolves when all that was taken is read, or given up after so many milliseconds, and ends the thread. */
  async close(withinMs: number): Promise<void> {
    await this.#thread.close(withinMs);
    await Promise.all(this.#reading);
  }

  #read(body: Buffer, options: MappingOptions, peer: string): void {
    const reading = this.#thread
      .map(body, options)
      .catch((error: Error): Mapped => ({ outcome: 'unreadable', why: error.message }))
      .then((mapped) => this.#settle(mapped, peer))
      .finally(() => this.#reading.delete(reading));
    this.#reading.add(reading);
  }

  #settle(mapped: Mapped, peer: string): void {
    if (mapped.outcome === 'event') this.#options.submit(mapped.event);
    this.#options.onOutcome(mapped.outcome, peer, mapped.outcome === 'unreadable' ? mapped.why : undefined);
  }
}
