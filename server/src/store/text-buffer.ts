// Gathers text as UTF-8 in memory that is used again and again, so that long lists leave no garbage behind.

const firstBytes = 262_144;

export class TextBuffer {
  #bytes = Buffer.allocUnsafe(firstBytes);
  #length = 0;

  /** Bytes so far. */
  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  append(text: string): void {
    // A UTF-16 unit is at most three bytes of UTF-8.
    const needed = this.#length + text.length * 3;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** The bytes so far, in memory of their own. */
  copy(): Uint8Array {
    return new Uint8Array(this.#bytes.subarray(0, this.#length));
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
