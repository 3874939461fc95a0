// Takes Puppet's reports, has them read in a thread, and submits their events. Knows no HTTP.

import { problem } from '@anthracite/protocol';
import { MappingThread } from '@anthracite/protocol/bridge';
import { type Mapped, type MappingOptions, mappingScript } from '@anthracite/puppet-reporter';
import type { Intake } from '../events/intake';
import { LateIntake } from '../events/late-intake';
import type { Logger } from '../log';
import type { Metrics } from '../metrics';

const tool = 'puppet';

/** What it is given. */
export interface PuppetReportsOptions {
  readonly intake: Intake;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: () => number;
}

export class PuppetReports {
  readonly #options: PuppetReportsOptions;
  readonly #thread = new MappingThread<MappingOptions, Mapped>(mappingScript);
  readonly #lateIntake: LateIntake;

  constructor(options: PuppetReportsOptions) {
    const { intake, metrics, log } = options;
    this.#options = options;
    this.#lateIntake = new LateIntake(intake, {
      door: tool,
      onLost: (events) => {
        metrics.eventsLost(tool, events);
        log.error({ events }, 'events of Puppet are lost, because they cannot be stored');
      },
    });
  }

  /** Counts a report of a run in which nothing happened. */
  skip(): void {
    this.#options.metrics.reportTaken(tool, 'unchanged');
  }

  /** Takes a report, and reads and stores it afterwards. False when too many wait: this one is not taken. */
  take(body: Buffer, options: MappingOptions, peer: string): boolean {
    const { metrics, log } = this.#options;
    if (this.#thread.isFull(body.length)) {
      metrics.reportTaken(tool, 'refused');
      return false;
    }
    this.#thread
      .map(body, options)
      .catch((error: Error): Mapped => ({ kind: 'bad', why: error.message }))
      .then((mapped) => this.#settle(mapped, body.length, peer))
      .catch((error: unknown) => log.error({ err: error }, 'a report of Puppet is lost'));
    return true;
  }

  /** Resolves when all that was taken is stored, or given up after so many milliseconds. */
  async close(maxMs: number): Promise<void> {
    await this.#thread.close(maxMs);
    await this.#lateIntake.close();
  }

  async #settle(mapped: Mapped, bytes: number, peer: string): Promise<void> {
    const { intake, metrics, log, clock } = this.#options;
    metrics.reportTaken(tool, mapped.kind === 'skipped' ? mapped.why.replace(' ', '_') : mapped.kind);
    if (mapped.kind === 'event') this.#lateIntake.submit(mapped.event);
    if (mapped.kind !== 'bad') return;
    // Its place in the ledger; its text may hold secrets, so what is kept of it is its size.
    const found = problem('BAD_REPORT', { tool: 'Puppet', why: mapped.why });
    log.warn({ peer, bytes, why: mapped.why }, 'a report of Puppet is not understood');
    const line = Buffer.from(`# report of Puppet, ${bytes} bytes`);
    await intake.submit(tool, (batch) => batch.addReject(line, found, { door: tool, peer }, clock()));
  }
}
