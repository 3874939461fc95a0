// Defines which events are too old, by which clock, and what a store does to remove them.

import { eventLimits, toExclusion } from '@anthracite/protocol/core';
import type { EventQuery } from '../query/event-query';
import type { RetentionRule } from '../retention-rule';

/** Events that were removed, and their first and last time; 0 if none were. */
export interface Removed {
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/** A finished run, at a time in milliseconds since the epoch. */
export interface RetentionRun extends Removed {
  readonly at: number;
}

/** What a store remembers of retention. */
export interface RetentionState {
  /** The clock that ages are counted by; null before the first run. */
  readonly clockMs: number | null;
  /** The last run that removed something. */
  readonly lastRun: RetentionRun | null;
  /** The median time of the newest events up to the system's time; null without events. */
  readonly newestMs: number | null;
  /** False while removed names, words and free space are still in the file. */
  readonly isErased: boolean;
}

/** The part of a store that removes what is too old, without a trace in the history. */
export interface RetentionStore {
  /** `systemMs` is the system's time in milliseconds since the epoch. */
  state(systemMs: number): Promise<RetentionState>;
  setClock(clockMs: number): Promise<void>;
  /**
   * Removes the events with these ids that match the query, in one commit. Stops early when other work waits: `done` is
   * the number of ids that it has looked at. 0: it has to wait until somebody has read an earlier state.
   */
  prune(query: EventQuery, ids: Float64Array): Promise<{ readonly done: number; readonly removed: Removed }>;
  /**
   * Removes deleted events, with their history, whose last version matches the query: those after a place in the
   * history, a part at a time. `next` is the place where it continues, null at the end; `after` if it has to wait.
   */
  pruneDeleted(
    query: EventQuery,
    after: number,
  ): Promise<{ readonly next: number | null; readonly removed: Removed }>;
  /** Records a run. Then unused names are removed, and space is freed, in the background. */
  finish(run: RetentionRun): Promise<void>;
}

export const nothingRemoved: Removed = { count: 0, firstMs: 0, lastMs: 0 };

/** The sum of two removals. */
export function addRemoved(one: Removed, other: Removed): Removed {
  if (one.count === 0 || other.count === 0) return one.count === 0 ? other : one;
  return {
    count: one.count + other.count,
    firstMs: Math.min(one.firstMs, other.firstMs),
    lastMs: Math.max(one.lastMs, other.lastMs),
  };
}

/** The queries of the events that are too old at a time, one for each rule that limits an age. */
export function tooOld(rules: readonly RetentionRule[], now: number): EventQuery[] {
  return rules.flatMap(({ pattern, ageMs }, place) => {
    if (ageMs === null) return [];
    const earlier = rules.slice(0, place).map((rule) => toExclusion(rule.pattern));
    return [
      {
        fromMs: eventLimits.minTimeMs,
        untilMs: now - ageMs,
        types: [pattern, ...earlier],
        order: 'ascending' as const,
      },
    ];
  });
}

/**
 * The clock that ages are counted by. It follows the system's clock, but goes forward at most twice as fast as time
 * passes; and at a start at most to a week after the newest events. So events are not too old because
 * the system's clock jumped ahead. A jump back does not move it.
 */
export class RetentionClock {
  readonly #uptime: () => number;
  #lastLook: number;
  #kept: number | null;

  /** `uptime` returns milliseconds that pass evenly. */
  constructor({ clockMs, newestMs }: RetentionState, uptime: () => number) {
    this.#uptime = uptime;
    this.#lastLook = uptime();
    this.#kept = newestMs === null ? clockMs : Math.max(clockMs ?? newestMs, newestMs + startMs);
  }

  /** The time that ages are counted from, given that of the system. */
  now(systemMs: number): number {
    const uptime = this.#uptime();
    const latest = this.#kept === null ? systemMs : this.#kept + maxSpeed * (uptime - this.#lastLook);
    this.#lastLook = uptime;
    this.#kept = Math.max(this.#kept ?? systemMs, Math.min(systemMs, latest));
    return Math.min(systemMs, this.#kept);
  }

  /** What the store has to remember. */
  get kept(): number | null {
    return this.#kept;
  }
}

const maxSpeed = 2;
const startMs = 7 * 86_400_000;
