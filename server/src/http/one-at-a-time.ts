// Does one thing after the other for each key, so that what was looked at is still so when it is acted upon.

export class OneAtATime<K> {
  readonly #last = new Map<K, Promise<unknown>>();

  /** Runs `work` behind all that was begun for the key before. */
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
