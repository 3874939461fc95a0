// A cache that is bounded by the memory of what it holds, and not by its number. Pure.

/** What an entry takes in a map, beside its key and its value: bytes, roughly. */
const entryBytes = 100;

/** Keeps values by their keys. When they weigh too much all of them are forgotten. */
export class WeightedCache<K, V> {
  readonly #maxBytes: number;
  readonly #values = new Map<K, V>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: K): V | undefined {
    return this.#values.get(key);
  }

  /** Keeps a value, unless it alone weighs too much. `bytes` is what it and its key take in memory, roughly. */
  set(key: K, value: V, bytes: number): void {
    const weight = bytes + entryBytes;
    if (weight > this.#maxBytes) return;
    if (this.#bytes + weight > this.#maxBytes) this.clear();
    this.#values.set(key, value);
    this.#bytes += weight;
  }

  clear(): void {
    this.#values.clear();
    this.#bytes = 0;
  }
}
