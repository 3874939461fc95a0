// Checks the database in the background: first after a delay, then at an interval.

import { statSync } from 'node:fs';
import type { Integrity } from '../../integrity';
import type { CheckOutcome } from './check';
import { beginCheck, type Checking } from './checking';
import { describeFinding } from './findings';

export interface IntegrityOptions {
  /** 0: never. */
  readonly intervalMs: number;
  /** Minimum time between the start and the first check. */
  readonly delayMs: number;
  readonly clock: () => number;
  readonly onChecked: (outcome: CheckOutcome) => void;
}

// Slower than an actual check. The first check of a large file is delayed by its duration, so that a server that keeps
// restarting does not spend its time on checks.
const bytesASecond = 10_000_000;
const rest = 1;
const maxTimerMs = 2_147_483_647;

export class IntegrityWatch {
  readonly #file: string;
  readonly #options: IntegrityOptions;
  #timer: NodeJS.Timeout | undefined;
  #checking: Checking | undefined;
  #isStopped = false;
  #integrity: Integrity = { status: 'unchecked', checkedAt: null, findings: [] };

  constructor(file: string, options: IntegrityOptions) {
    this.#file = file;
    this.#options = options;
    if (options.intervalMs === 0) return;
    const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    this.#schedule(options.delayMs + Math.floor((bytes / bytesASecond) * 1_000));
  }

  get integrity(): Integrity {
    return this.#integrity;
  }

  /** Ends the schedule, and a running check. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#checking?.end();
  }

  /** Starts the next check now. */
  checkSoon(): void {
    if (this.#isStopped || this.#checking !== undefined || this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#schedule(0);
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#check(), Math.min(delayMs, maxTimerMs)).unref();
  }

  async #check(): Promise<void> {
    let outcome = await this.#look();
    // A fault that ends the server must be found twice, by two processes.
    if (outcome !== null && structuralFault(outcome) !== null) outcome = await this.#look();
    if (outcome === null) return;
    const { status, findings } = outcome;
    this.#integrity = { status, findings, checkedAt: this.#options.clock() };
    this.#options.onChecked(outcome);
    this.#schedule(this.#options.intervalMs);
  }

  // Null when it was ended early.
  async #look(): Promise<CheckOutcome | null> {
    if (this.#isStopped) return null;
    this.#checking = beginCheck({ file: this.#file, extent: 'all', rest });
    const outcome = await this.#checking.outcome;
    this.#checking = undefined;
    return this.#isStopped ? null : outcome;
  }
}

/** The fault of the structure, as a sentence; null if none exists. */
export function structuralFault({ findings }: Pick<CheckOutcome, 'findings'>): string | null {
  const fault = findings.find(({ kind }) => kind === 'structure');
  return fault === undefined ? null : describeFinding(fault);
}
