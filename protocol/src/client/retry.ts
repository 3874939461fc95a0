// Retries of requests. They are safe for events, because the server stores an event only once.

import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError } from './client-error';

/** The rules, as data. Times in milliseconds. */
export interface RetryRules {
  /** Maximum number of retries after the first attempt. */
  readonly limit: number;
  /** The pause before the first retry; each further pause is twice as long. */
  readonly firstPauseMs: number;
  /** The longest pause, even if the server asks for a longer one. */
  readonly maxPauseMs: number;
  /** The random part of a pause, from 0 to 1, so that many clients do not return at the same time. */
  readonly jitter: number;
  /** Maximum time from the first attempt to the start of a retry; by default there is no limit. */
  readonly patienceMs?: number;
}

/** No retries: for requests that are not worth a wait or must not be repeated. */
export const noRetry: RetryRules = { limit: 0, firstPauseMs: 0, maxPauseMs: 0, jitter: 0 };

/** 1.5 seconds in total, for people and scripts that wait for a result. */
export const defaultRetry: RetryRules = { limit: 3, firstPauseMs: 200, maxPauseMs: 5_000, jitter: 0.5 };

/** 30 seconds in total, so that a long transfer survives a restart of the server. */
export const patientRetry: RetryRules = { limit: 9, firstPauseMs: 200, maxPauseMs: 5_000, jitter: 0.5 };

/** The pause before a retry, in milliseconds; the first retry has the number 0. */
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

/** Runs `attempt` until it succeeds, fails permanently, or the retries are used up. Rejects with the last error. */
export async function withRetry<T>(
  attempt: () => Promise<T>,
  rules: RetryRules,
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<T> {
  const begin = performance.now();
  for (let retry = 0; ; retry++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ClientError && error.isRetryable) || retry >= rules.limit) throw error;
      const pauseMs = pauseBefore(retry, rules, error.retryAfterMs, Math.random());
      const { patienceMs = Number.POSITIVE_INFINITY } = rules;
      if (performance.now() - begin + pauseMs > patienceMs) throw error;
      await pause(pauseMs);
    }
  }
}
