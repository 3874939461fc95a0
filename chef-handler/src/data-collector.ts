// Takes the messages of Chef's data collector, and queues those that may have an event for mapping.
//
// Chef must never wait: if the first message of a run is refused, Chef does not report the run, and each 5xx delays the run by two
// minutes of retries.

import { join } from 'node:path';
import type { ReportBody, ReportQueue, TakeOutcome } from '@anthracite/protocol/bridge';
import type { HostRun } from '@anthracite/protocol/change';
import { edgesOf, hostOf } from './first-bytes';
import { type Mapped, mapMessage } from './map-message';
import type { MessageRelay, RelayedHeaders } from './message-relay';
import type { MappingOptions } from './options';

/** The script of the mapping thread: bytes and `MappingOptions` in, `Mapped` out. */
export const mappingScript = join(__dirname, 'mapping-worker.js');

/** Options of a collector. */
export interface DataCollectorOptions {
  /** Keeps messages until their result is stored. */
  readonly queue: ReportQueue<Mapped>;
  /** Gets a copy of all accepted messages; null for no copy. */
  readonly relay: MessageRelay | null;
  readonly clock: () => number;
  /** True if a successful run of a host may be the end of a failure. */
  mayEndFailure(run: HostRun): boolean;
  /** Called for messages without an event, which are not queued. */
  onOutcome(outcome: Mapped['outcome']): void;
}

/** A received message. Do not use its body afterwards. */
export interface ReceivedMessage {
  readonly body: ReportBody;
  readonly headers: RelayedHeaders;
  readonly options: MappingOptions;
  /** The sender, `address:port`; empty if unknown. */
  readonly peer: string;
}

// Messages up to this size are mapped at once, within one or two milliseconds.
const maxBytesAtOnce = 65_536;

export class DataCollector {
  readonly #options: DataCollectorOptions;

  constructor(options: DataCollectorOptions) {
    this.#options = options;
  }

  /** Takes a message. With `kept`, its event, if any, will be stored. */
  async take({ body, headers, options, peer }: ReceivedMessage): Promise<TakeOutcome> {
    const { queue, relay, clock, onOutcome } = this.#options;
    const host = hostOf(edgesOf(body));
    if (body.length <= maxBytesAtOnce) {
      const message = body.whole();
      const mapped = mapMessage(message, options);
      if (this.#isSettled(mapped, host)) {
        relay?.pass(message, headers);
        onOutcome(mapped.outcome);
        return 'kept';
      }
    }
    const copy = relay && body.whole();
    const outcome = await queue.take({ body, options, peer, host }, clock());
    if (outcome === 'kept' && copy) relay.pass(copy, headers);
    return outcome;
  }

  #isSettled(mapped: Mapped, host: string): boolean {
    if (mapped.outcome === 'event' || mapped.outcome === 'unreadable') return false;
    if (mapped.outcome !== 'no_event' || mapped.run === null) return true;
    const { queue, mayEndFailure } = this.#options;
    return !queue.mayHold(host) && !mayEndFailure(mapped.run);
  }
}
