// Records reports without an event among the rejected lines. Their text may contain secrets, so only host and size are
// kept.

import { problem } from '@anthracite/protocol';
import type { ReportOrigin } from '@anthracite/protocol/bridge';
import { safeText } from '@anthracite/protocol/change';
import type { Intake } from '../../events/intake';

/** The options of the recorder. */
export interface ReportRejectsOptions {
  /** `puppet` or `chef`. */
  readonly door: string;
  /** `Puppet` or `Chef`. */
  readonly tool: string;
  /** `report` or `message`. */
  readonly what: string;
  readonly intake: Intake;
  readonly clock: () => number;
}

const maxHostChars = 200;

export class ReportRejects {
  readonly #options: ReportRejectsOptions;

  constructor(options: ReportRejectsOptions) {
    this.#options = options;
  }

  /** Records a report that cannot be mapped. Resolves when the record is committed; rejects with a `StoreError`. */
  unreadable(origin: ReportOrigin, why: string): Promise<void> {
    return this.#add(origin, 'BAD_REPORT', why);
  }

  /** Records a report that was refused. While the store fails, records beyond the queue's limits are dropped. */
  refused(origin: ReportOrigin, why: string): void {
    if (this.#options.intake.isOverfull) return;
    this.#add(origin, 'REPORT_REFUSED', why).catch(() => {}); // the intake has logged and counted it
  }

  async #add(
    { host, bytes, peer }: ReportOrigin,
    code: 'BAD_REPORT' | 'REPORT_REFUSED',
    why: string,
  ): Promise<void> {
    const { door, tool, what, intake, clock } = this.#options;
    const found = problem(code, { tool, why });
    const facts = [`# ${what} of ${tool}`, ...(host === '' ? [] : [`host ${safeText(host, maxHostChars)}`])];
    const line = Buffer.from([...facts, `${bytes} bytes`].join(', '));
    await intake.submit(door, (batch) => batch.addReject(line, found, { door, peer }, clock()));
  }
}
