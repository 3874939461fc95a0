// Estimates how many events a commit can take, so that the next sender waits only briefly. Pure.

// A group takes this long, or twice as long as an empty commit where the disk is slow.
const groupMs = 5;
const fewestEvents = 256;
const mostEvents = 8_192;
// The weight that an observation keeps with each later one.
const kept = 0.97;
// A stall of the machine says nothing about sizes.
const mostMs = 100;
// Sizes differ, so that their effect can be measured.
const sizes = [0.75, 1.25] as const;

/** Learns from commits how long they take: a time for each commit, and a time for each of its events. */
export class CommitPace {
  #commitMs = 1;
  #eventMs = 0.01;
  #observed = 0;
  /** Weighted sums of the observations. */
  readonly #sums = { weight: 0, size: 0, ms: 0, sizeSize: 0, sizeMs: 0 };

  /** Number of events and rejected lines that the next group should have. */
  get groupSize(): number {
    const size = Math.max(groupMs, 2 * this.#commitMs) / this.#eventMs;
    const varied = size * (sizes[this.#observed % 2] as number);
    return Math.round(Math.min(mostEvents, Math.max(fewestEvents, varied)));
  }

  /** Records a commit: its number of events and rejected lines, and its milliseconds. */
  observe(size: number, took: number): void {
    const ms = Math.min(mostMs, took);
    const sums = this.#sums;
    this.#observed++;
    for (const [name, value] of Object.entries({
      weight: 1,
      size,
      ms,
      sizeSize: size * size,
      sizeMs: size * ms,
    })) {
      sums[name as keyof typeof sums] = sums[name as keyof typeof sums] * kept + value;
    }
    // The line through the observations with the least squares.
    const spread = sums.weight * sums.sizeSize - sums.size ** 2;
    if (spread < 1) return;
    const slope = (sums.weight * sums.sizeMs - sums.size * sums.ms) / spread;
    this.#eventMs = Math.min(0.1, Math.max(0.002, slope));
    this.#commitMs = Math.max(0.1, (sums.ms - this.#eventMs * sums.size) / sums.weight);
  }
}
