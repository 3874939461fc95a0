// Shares the answers of equal requests: the panels of a dashboard often ask the same.

import { type Observable, ReplaySubject, share, tap, timer } from 'rxjs';

/** An answer is kept for panels that ask a little later, and not so long that a refresh would show old events. */
const keptMs = 1_000;

export class SharedAnswers {
  readonly #known = new Map<string, Observable<unknown>>();

  /**
   * The answer of the request that is on its way under this key, or has just arrived; else that of `request`. The request is cancelled
   * when the last subscriber leaves. Failures are not kept.
   */
  of<Answer>(key: string, request: () => Observable<Answer>): Observable<Answer> {
    const known = this.#known.get(key) as Observable<Answer> | undefined;
    if (known !== undefined) return known;
    const forget = (): void => {
      this.#known.delete(key);
    };
    const shared = request().pipe(
      tap({ error: forget, unsubscribe: forget }),
      share({
        connector: () => new ReplaySubject(1),
        resetOnComplete: () => timer(keptMs).pipe(tap(forget)),
        resetOnError: true,
        resetOnRefCountZero: true,
      }),
    );
    this.#known.set(key, shared);
    return shared;
  }
}
