// Remembers the deliveries to each hook, for people who set one up. Kept in memory; it holds no text of bodies.

/** What became of a delivery. */
export type HookOutcome = 'stored' | 'duplicate' | 'ignored' | 'problem' | 'refused';

/** A delivery. */
export interface Delivery {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly outcome: HookOutcome;
  /** The reason for the outcome, or `''`. */
  readonly why: string;
  readonly stored: number;
  readonly peer: string;
}

/** The deliveries of a hook since the start. */
export interface HookRecord {
  readonly counts: Readonly<Record<HookOutcome, number>>;
  /** The last deliveries, the newest first. */
  readonly last: readonly Delivery[];
  /** The time of the last delivery that was not refused and had no problem; null before the first. */
  readonly lastGood: number | null;
}

const maxRemembered = 50;

export class HookLog {
  readonly #records = new Map<
    string,
    { counts: Record<HookOutcome, number>; last: Delivery[]; lastGood: number | null }
  >();

  /** Adds a delivery. */
  add(hook: string, delivery: Delivery): void {
    const record = this.#of(hook);
    record.counts[delivery.outcome]++;
    record.last.unshift(delivery);
    record.last.length = Math.min(record.last.length, maxRemembered);
    if (delivery.outcome !== 'refused' && delivery.outcome !== 'problem') record.lastGood = delivery.at;
  }

  /** The record of a hook. */
  of(hook: string): HookRecord {
    return this.#of(hook);
  }

  #of(hook: string) {
    let record = this.#records.get(hook);
    if (record === undefined) {
      record = {
        counts: { stored: 0, duplicate: 0, ignored: 0, problem: 0, refused: 0 },
        last: [],
        lastGood: null,
      };
      this.#records.set(hook, record);
    }
    return record;
  }
}
