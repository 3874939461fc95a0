// Lets a few do something at once; the others wait their turn, and those that give up leave the line. Knows no HTTP.

export class Turns {
  readonly #max: number;
  readonly #waiting = new Set<() => void>();
  #underWay = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Runs a task when it is its turn. Rejects with the signal's reason when that is aborted before. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    if (this.#underWay >= this.#max) await this.#turn(signal);
    else this.#underWay++;
    try {
      return await task();
    } finally {
      this.#next();
    }
  }

  // Whoever is next takes over the turn that ends.
  #next(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#underWay--;
    else next();
  }

  #turn(signal: AbortSignal): Promise<void> {
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
