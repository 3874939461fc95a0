// The calls of a thread that wait for their turn. Pure.

/** A call, as the order needs it. */
export interface OrderedCall {
  /** True for a short call that may overtake others. */
  readonly isFirst: boolean;
}

/** Calls in the order they came, except that short ones go first. A call is overtaken by one other at most. */
export class WaitingCalls<C extends OrderedCall> {
  readonly #calls: C[] = [];
  #hasOvertaken = false;

  get size(): number {
    return this.#calls.length;
  }

  /** Whether a call may overtake others. */
  get hasFirst(): boolean {
    return this.#calls.some(({ isFirst }) => isFirst);
  }

  add(call: C): void {
    this.#calls.push(call);
  }

  /** Removes the next call; undefined when none waits. */
  take(): C | undefined {
    const first = this.#hasOvertaken
      ? 0
      : Math.max(
          0,
          this.#calls.findIndex(({ isFirst }) => isFirst),
        );
    this.#hasOvertaken = first > 0;
    return this.#calls.splice(first, 1)[0];
  }
}
