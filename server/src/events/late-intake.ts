// Submits events whose sender was answered before they were committed, as those of Puppet and Chef are: while the store
// fails they are held, up to a bound, and submitted again. Knows no door.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Event } from '@anthracite/protocol';
import type { Intake } from './intake';

/** How a late intake is set up. */
export interface LateIntakeOptions {
  readonly door: string;
  /** Events that are held while the store fails; more are lost. */
  readonly maxHeld?: number;
  /** Milliseconds between attempts. */
  readonly pauseMs?: number;
  /** Hears of events that are lost: too many were held, or the server ended while the store failed. */
  onLost(events: number): void;
}

const maxBatch = 1_000;

export class LateIntake {
  readonly #intake: Intake;
  readonly #options: Required<LateIntakeOptions>;
  readonly #held: Event[] = [];
  readonly #closing = new AbortController();
  #underWay: Promise<void> | undefined;

  constructor(intake: Intake, options: LateIntakeOptions) {
    this.#intake = intake;
    this.#options = { maxHeld: 10_000, pauseMs: 1_000, ...options };
  }

  /** Takes an event that `checkEvent` found good. */
  submit(event: Event): void {
    if (this.#held.length >= this.#options.maxHeld) {
      this.#options.onLost(1);
      return;
    }
    this.#held.push(event);
    this.#underWay ??= this.#run().finally(() => {
      this.#underWay = undefined;
    });
  }

  /** Tries once more what is held, and gives up what the store does not take. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#underWay;
  }

  async #run(): Promise<void> {
    while (this.#held.length > 0) {
      const { door, pauseMs, onLost } = this.#options;
      const events = this.#held.slice(0, maxBatch);
      try {
        await this.#intake.whenRoom();
        await this.#intake.submit(door, (batch) => {
          for (const event of events) batch.addEvent(event);
        });
        this.#held.splice(0, events.length);
      } catch {
        // The intake has told and counted it already.
        if (this.#closing.signal.aborted) {
          onLost(this.#held.length);
          this.#held.length = 0;
        } else await sleep(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => {});
      }
    }
  }
}
