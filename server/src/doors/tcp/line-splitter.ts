// Splits a byte stream into lines. Independent of sockets, events and UTF-8.

/** Receives the lines of a splitter. */
export interface LineSink {
  /**
   * A block of one or more whole lines, separated by `
   * `, without the last line's `
   * `. No line is longer than the limit.
   */
  lines(block: Buffer): void;
  /** A line that is longer than the limit: its first bytes, up to the limit. The rest was discarded. */
  tooLong(beginning: Buffer): void;
}

const newline = 10;
const firstCapacity = 1_024;

export class LineSplitter {
  readonly #maxBytes: number;
  readonly #sink: LineSink;
  #partial: Buffer = Buffer.alloc(0);
  #length = 0;
  #isTooLong = false;

  /** `maxBytes` limits a line without its line end, and so the memory of the splitter. */
  constructor(maxBytes: number, sink: LineSink) {
    this.#maxBytes = maxBytes;
    this.#sink = sink;
  }

  /** True while an unfinished line is buffered. */
  get hasPartial(): boolean {
    return this.#length > 0 || this.#isTooLong;
  }

  /** Takes the next bytes of the stream. They are not kept after the call. */
  push(chunk: Buffer): void {
    const first = chunk.indexOf(newline);
    if (first === -1) {
      this.#keep(chunk);
      return;
    }
    let start = 0;
    if (this.hasPartial) {
      this.#keep(chunk.subarray(0, first));
      this.#finishPartial();
      start = first + 1;
    }
    const last = chunk.lastIndexOf(newline);
    if (last >= start) this.#emit(chunk.subarray(start, last));
    this.#keep(chunk.subarray(last + 1));
  }

  /** Ends the stream: the rest is its last line. */
  end(): void {
    if (this.hasPartial) this.#finishPartial();
  }

  /** Abandons the unfinished line: returns its bytes so far, or null if none exists. */
  abandon(): Buffer | null {
    if (!this.hasPartial) return null;
    const rest = Buffer.from(this.#partial.subarray(0, this.#length));
    this.#length = 0;
    this.#isTooLong = false;
    return rest;
  }

  #emit(block: Buffer): void {
    if (block.length <= this.#maxBytes) {
      this.#sink.lines(block);
      return;
    }
    // Only a block that is longer than the limit can contain a line that is too long.
    let good = 0;
    for (let start = 0; start <= block.length; ) {
      const found = block.indexOf(newline, start);
      const end = found === -1 ? block.length : found;
      if (end - start > this.#maxBytes) {
        if (start > good) this.#sink.lines(block.subarray(good, start - 1));
        this.#sink.tooLong(Buffer.from(block.subarray(start, start + this.#maxBytes)));
        good = end + 1;
      }
      start = end + 1;
    }
    if (good <= block.length) this.#sink.lines(block.subarray(good));
  }

  #finishPartial(): void {
    const line = this.#partial.subarray(0, this.#length);
    if (this.#isTooLong) this.#sink.tooLong(Buffer.from(line));
    else this.#sink.lines(line);
    this.#length = 0;
    this.#isTooLong = false;
    if (this.#partial.length > firstCapacity) this.#partial = Buffer.alloc(0);
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const room = this.#maxBytes - this.#length;
    if (bytes.length > room) this.#isTooLong = true;
    const kept = bytes.subarray(0, room);
    const needed = this.#length + kept.length;
    if (needed > this.#partial.length) {
      const grown = Buffer.allocUnsafe(
        Math.min(this.#maxBytes, Math.max(firstCapacity, needed, this.#partial.length * 2)),
      );
      this.#partial.copy(grown, 0, 0, this.#length);
      this.#partial = grown;
    }
    kept.copy(this.#partial, this.#length);
    this.#length = needed;
  }
}
