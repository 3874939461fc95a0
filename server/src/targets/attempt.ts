// Classifies the outcome of an attempt to send a message, and computes the pause before the next one. Pure.

/** The outcome of an attempt. `refused`: another attempt is useless. `gone`: the target wants no more messages. */
export type Attempt =
  | { readonly kind: 'delivered'; readonly remote: Remembered }
  | {
      readonly kind: 'failed';
      readonly why: string;
      readonly askedMs: number | null;
      readonly isAsked: boolean;
    }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'gone'; readonly why: string };

/** The id of an annotation to remember; null to forget it; undefined for no change. */
export type Remembered = number | null | undefined;

const minute = 60_000;
const hour = 60 * minute;
const pauses = [5_000, 30_000, 5 * minute, 30 * minute, 2 * hour, 5 * hour];
const longestPause = 10 * hour;
/** After this time, a message that cannot be delivered is put aside. */
export const patienceMs = 72 * hour;
const jitter = 0.2;

/** The outcome of an answer over HTTP that is not 2xx. `retryAfter` is the value of that header. */
export function attemptOf(status: number, retryAfter: string | null, now: number): Attempt {
  const why = `it answered ${status}`;
  if (status === 410) return { kind: 'gone', why };
  if (status !== 429 && status < 500) return { kind: 'refused', why };
  return { kind: 'failed', why, askedMs: readRetryAfter(retryAfter, now), isAsked: status === 429 };
}

/** An attempt that got no answer. */
export function unanswered(why: string): Attempt {
  return { kind: 'failed', why, askedMs: null, isAsked: false };
}

/**
 * The pause in milliseconds before the next attempt; the first retry has the number 0. A target that is asked too often
 * chooses the pause; another one can only make it longer. `chance` is from 0 to 1.
 */
export function pauseBefore(
  retry: number,
  { askedMs, isAsked }: Extract<Attempt, { readonly kind: 'failed' }>,
  chance: number,
): number {
  const usual = (pauses[retry] ?? longestPause) * (1 - jitter * chance);
  if (askedMs === null) return usual;
  return Math.min(isAsked ? Math.max(askedMs, 1_000) : Math.max(askedMs, usual), longestPause);
}

function readRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
