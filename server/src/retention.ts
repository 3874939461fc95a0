// Removes events that are older than the setting `retention` allows, in small steps between other work.

import type { EventStore } from './answers/event-store';
import type { Cursor } from './query/event-query';
import type { RetentionRule } from './retention-rule';
import {
  addRemoved,
  nothingRemoved,
  type Removed,
  RetentionClock,
  type RetentionRun,
  tooOld,
} from './storage/retention';

/** The options of retention. */
export interface RetentionOptions {
  readonly store: EventStore;
  readonly rules: readonly RetentionRule[];
  /** The system's time in milliseconds since the epoch. */
  readonly clock: () => number;
  /** Milliseconds that pass evenly, whatever the system's time does. */
  readonly uptime: () => number;
  /** Milliseconds from the start to the first run, and between runs. */
  readonly delayMs: number;
  readonly intervalMs: number;
  /** Called after each run that removed something. */
  readonly onRemoved: (run: RetentionRun) => void;
  readonly onFailed: (error: Error) => void;
}

const idsAtOnce = 5_000;
const heldUpMs = 200;

export class Retention {
  readonly #options: RetentionOptions;
  #timer: NodeJS.Timeout | undefined;
  #clock: RetentionClock | undefined;
  #running: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: RetentionOptions) {
    this.#options = options;
  }

  /** How long events are kept. */
  get rules(): readonly RetentionRule[] {
    return this.#options.rules;
  }

  /** Plans the runs; none if every event is kept for ever. */
  start(): void {
    if (this.rules.some(({ ageMs }) => ageMs !== null)) this.#plan(this.#options.delayMs);
  }

  /** The time that ages are counted from now. */
  async now(): Promise<number> {
    const { store, clock, uptime } = this.#options;
    this.#clock ??= new RetentionClock(await store.retention.state(clock()), uptime);
    return this.#clock.now(clock());
  }

  /** Removes everything that is too old, and resolves with what it was. */
  async run(): Promise<Removed> {
    const { store, rules, clock } = this.#options;
    const now = await this.now();
    const kept = this.#clock?.kept ?? null;
    if (kept !== null) await store.retention.setClock(kept);
    let removed = nothingRemoved;
    try {
      for (const query of tooOld(rules, now)) {
        for await (const some of this.#prune(query)) removed = addRemoved(removed, some);
      }
    } finally {
      // Also of a run that failed after some steps.
      if (removed.count > 0) await this.#report({ at: clock(), ...removed });
    }
    return removed;
  }

  /** Plans no more runs, and ends one that is under way at its next step. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #report(run: RetentionRun): Promise<void> {
    this.#options.onRemoved(run);
    await this.#options.store.retention.finish(run);
  }

  #plan(inMs: number): void {
    this.#timer = setTimeout(() => {
      this.#running = this.run()
        .catch((error: Error) => {
          if (!this.#isClosed) this.#options.onFailed(error);
        })
        .then(() => {
          if (!this.#isClosed) this.#plan(this.#options.intervalMs);
        });
    }, inMs).unref();
  }

  async *#prune(query: ReturnType<typeof tooOld>[number]): AsyncGenerator<Removed> {
    const { ids: find, retention } = this.#options.store;
    let after: Cursor | null = null;
    do {
      const found: Awaited<ReturnType<typeof find>> = await find(query, idsAtOnce, after);
      const ids = Float64Array.from(found.ids);
      for (let done = 0; done < ids.length && !this.#isClosed; ) {
        const from = done;
        const step = await this.#rested(
          () => retention.prune(query, ids.slice(from)),
          (taken) => taken.done === 0,
        );
        done += step.done;
        yield step.removed;
      }
      after = found.next;
    } while (after !== null && !this.#isClosed);
    for (let next: number | null = 0; next !== null && !this.#isClosed; ) {
      const place: number = next;
      const step: Awaited<ReturnType<typeof retention.pruneDeleted>> = await this.#rested(
        () => retention.pruneDeleted(query, place),
        (taken) => taken.next === place,
      );
      next = step.next;
      yield step.removed;
    }
  }

  // After each step as long a pause as it took, its wait for other work included; longer if the step has to wait.
  async #rested<T>(step: () => Promise<T>, isHeldUp: (result: T) => boolean): Promise<T> {
    const started = performance.now();
    const result = await step();
    const pauseMs = Math.max(performance.now() - started, isHeldUp(result) ? heldUpMs : 0);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    return result;
  }
}
