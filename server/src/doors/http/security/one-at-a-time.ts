// Runs tasks one at a time for each key, so that a state that was checked is unchanged when it is used.

export class OneAtATime<K> {
  readonly #last = new Map<K, Promise<unknown>>();

  /** Runs `work` after all earlier tasks of the key. */
  async run<T>(key: K, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const own = before.then(work, work);
    this.#last.set(key, own);
    try {
      return await own;
    } finally {
      if (this.#last.get(key) === own) this.#last.delete(key);
    }
  }
}
