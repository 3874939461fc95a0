// Takes the reports of Puppet's report processor `http`, and queues those that may have an event for mapping.

import type { ReportBody, ReportQueue, TakeOutcome } from '@anthracite/protocol/bridge';
import type { HostRun } from '@anthracite/protocol/change';
import { edgesOf, hostOf } from './first-bytes';
import type { Mapped } from './mapping';
import type { MappingOptions } from './options';
import { mapUnchanged } from './report-body';

/** Options of a collector. */
export interface ReportCollectorOptions {
  /** Keeps reports until their result is stored. */
  readonly queue: ReportQueue<Mapped>;
  readonly clock: () => number;
  /** True if a successful run of a host may be the end of a failure. */
  mayEndFailure(run: HostRun): boolean;
  /** Called for a report of an unchanged run, which is not queued. */
  onUnchanged(): void;
}

export class ReportCollector {
  readonly #options: ReportCollectorOptions;

  constructor(options: ReportCollectorOptions) {
    this.#options = options;
  }

  /** Takes a report and its body. With `kept`, its event, if any, will be stored. */
  async take(body: ReportBody, options: MappingOptions, peer: string): Promise<TakeOutcome> {
    const { queue, clock, onUnchanged } = this.#options;
    const edges = edgesOf(body);
    const host = hostOf(edges);
    if (!queue.mayHold(host) && this.#isWithoutEvent(edges, options)) {
      onUnchanged();
      return 'kept';
    }
    return queue.take({ body, options, peer, host }, clock());
  }

  // For an unchanged run the first bytes are enough, unless it may be the end of a failure.
  #isWithoutEvent(edges: Buffer, options: MappingOptions): boolean {
    const unchanged = mapUnchanged(edges, options);
    if (unchanged?.kind !== 'skipped') return false;
    return unchanged.run === null || !this.#options.mayEndFailure(unchanged.run);
  }
}
