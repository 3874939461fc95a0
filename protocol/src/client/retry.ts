// When a request is tried again, and after how long. Safe for every request of ours: the same event twice is one event.

import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError } from './client-error';

/** The rules, as data. Times in milliseconds. */
export interface RetryRules {
  /** How often it is tried again after the first time. */
  readonly limit: number;
  /** The pause before the first retry; each following one is twice as long. */
  readonly firstPauseMs: number;
  /** No pause is longer, whatever the server asks for. */
  readonly maxPauseMs: number;
  /** The part of a pause that is left to chance, from 0 to 1, so that many clients do not return at once. */
  readonly jitter: number;
}

/** A second and a half in all: what a person or a script at a prompt waits for. */
export const defaultRetry: RetryRules = { limit: 3, firstPauseMs: 200, maxPauseMs: 5_000, jitter: 0.5 };

/** Half a minute in all: what a long transfer waits for a server that is started again. */
export const patientRetry: RetryRules = { limit: 9, firstPauseMs: 200, maxPauseMs: 5_000, jitter: 0.5 };

/** The pause before a retry, the first being number 0. */
export function pauseBefore(
  retry: number,
  rules: RetryRules,
  askedMs: number | null,
  chance: number,
): number {
  const doubled = rules.firstPauseMs * 2 ** retry;
  const jittered = doubled * (1 - rules.jitter * chance);
  return Math.min(Math.max(jittered, askedMs ?? 0), rules.maxPauseMs);
}

/** Runs `attempt` until it succeeds, fails for good, or the rules have had enough; rejects with the last error. */
export async function withRetry<T>(
  attempt: () => Promise<T>,
  rules: RetryRules,
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ClientError && error.isRetryable) || retry >= rules.limit) throw error;
      await pause(pauseBefore(retry, rules, error.retryAfterMs, Math.random()));
    }
  }
}
