// Limits how many tasks run at once; the others wait in a queue, and leave it if they are aborted. Independent of HTTP.

export class Turns {
  readonly #max: number;
  readonly #waiting = new Set<() => void>();
  #underWay = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /**
   * Runs a task in its turn. Rejects with the signal's reason if it is aborted first; without waiting, the signal is
   * not created.
   */
  async run<T>(task: () => Promise<T>, signalOf: () => AbortSignal): Promise<T> {
    if (this.#underWay >= this.#max) await this.#turn(signalOf());
    else this.#underWay++;
    try {
      return await task();
    } finally {
      this.#next();
    }
  }

  // The next task takes over the turn.
  #next(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#underWay--;
    else next();
  }

  #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(begin);
        signal.removeEventListener('abort', abort);
      };
      const begin = (): void => {
        leave();
        resolve();
      };
      const abort = (): void => {
        leave();
        reject(signal.reason as Error);
      };
      this.#waiting.add(begin);
      signal.addEventListener('abort', abort);
    });
  }
}
