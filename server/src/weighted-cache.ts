// A cache that is limited by the memory of its content, not by the number of its entries. Pure.

/** Approximate bytes of an entry in a map, besides its key and its value. */
const entryBytes = 100;

/** Keeps values by key. When they exceed the limit, all of them are dropped. */
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

  /** Keeps a value, unless it alone exceeds the limit. `bytes` is the approximate memory of the value and its key. */
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
