// Repeatable random numbers: the same seed gives the same numbers. Pure; not for secrets.

/** A generator of random numbers. */
export class Random {
  #state: number;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = this.#seed;
  }

  /** A separate generator for a part of the data, so that changes to one part do not affect another. */
  fork(part: string): Random {
    let hash = this.#seed ^ 0x9e3779b9;
    for (const char of part) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
    return new Random(hash);
  }

  /** A number from 0, inclusive, to 1, exclusive. */
  next(): number {
    // A Weyl sequence whose steps are mixed: good enough for dice.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number, both ends included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One random item. */
  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }

  /** At most `count` random items, in their order. */
  some<T>(items: readonly T[], count: number): T[] {
    const left = items.map((_, i) => i);
    const chosen = Array.from({ length: Math.min(count, items.length) }, () =>
      left.splice(Math.floor(this.next() * left.length), 1).at(0),
    );
    return items.filter((_, i) => chosen.includes(i));
  }

  /** A log-normal number, as durations are: half are below the median, few are far above it. */
  around(median: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
    return median * Math.exp(0.6 * normal);
  }

  /** A random hexadecimal text of this length, such as a short hash. */
  hex(length: number): string {
    return Array.from({ length }, () => this.whole(0, 15).toString(16)).join('');
  }
}
