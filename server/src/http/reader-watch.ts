// Watches how fast answers are read: drops readers that take nothing, so that they hold no connection, thread or file for
// ever, and knows those that take very little. Knows no Fastify.

import type { ServerResponse } from 'node:http';

/** How readers are judged. */
export interface ReaderWatchOptions {
  /** Milliseconds without a byte after which a reader is dropped; also the time over which speed is measured. */
  readonly stallMs: number;
  /** A reader is slow below this. */
  readonly minBytesPerSecond: number;
  readonly onStalled: () => void;
}

const looksPerStall = 4;
const shortestLookMs = 50;

export class ReaderWatch {
  readonly #options: ReaderWatchOptions;
  readonly #readers = new Set<AnswerReader>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: ReaderWatchOptions) {
    this.#options = options;
    const everyMs = Math.max(shortestLookMs, options.stallMs / looksPerStall);
    this.#timer = setInterval(() => this.#look(), everyMs).unref();
  }

  /** Watches the reader of an answer until the answer is closed. */
  add(response: ServerResponse): AnswerReader {
    const reader = new AnswerReader(response, this.#options);
    this.#readers.add(reader);
    reader.onClose(() => this.#readers.delete(reader));
    return reader;
  }

  /** Ends the watch. */
  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    for (const reader of this.#readers) {
      if (!reader.look(now)) continue;
      this.#options.onStalled();
      reader.drop();
    }
  }
}

/** Whoever reads an answer. */
export class AnswerReader {
  readonly #response: ServerResponse;
  readonly #options: ReaderWatchOptions;
  /** Bytes taken at the last look, and since when no more were taken. */
  #taken = -1;
  #takenAt = performance.now();
  /** The start of the measurement of its speed. */
  #start = { bytes: 0, at: performance.now() };
  #bytesPerSecond: number | null = null;
  readonly #onClose: (() => void)[] = [];

  constructor(response: ServerResponse, options: ReaderWatchOptions) {
    this.#response = response;
    this.#options = options;
    response.once('close', () => {
      for (const listener of this.#onClose) listener();
    });
  }

  /** Calls back when the answer is closed, in one of the two ways: sent, or cut off. */
  onClose(listener: () => void): void {
    this.#onClose.push(listener);
  }

  /** Measured while bytes waited for it; null where it has taken all, or is new. */
  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond;
  }

  /** True when it takes less than it must. */
  get isSlow(): boolean {
    return this.#bytesPerSecond !== null && this.#bytesPerSecond < this.#options.minBytesPerSecond;
  }

  /** True when it has been handed all of its answer. */
  get isServed(): boolean {
    return this.#response.writableFinished;
  }

  /** Ends its answer. */
  drop(): void {
    this.#response.destroy();
  }

  /** Measures; true when it has stalled. */
  look(now: number): boolean {
    const { bytesWritten = 0, writableLength = 0 } = this.#response.socket ?? {};
    const taken = bytesWritten - writableLength;
    if (taken !== this.#taken || writableLength === 0) this.#takenAt = now;
    this.#taken = taken;
    const ms = now - this.#start.at;
    if (writableLength === 0) {
      this.#bytesPerSecond = null;
      this.#start = { bytes: taken, at: now };
    } else if (ms >= this.#options.stallMs) {
      this.#bytesPerSecond = ((taken - this.#start.bytes) / ms) * 1_000;
      this.#start = { bytes: taken, at: now };
    }
    return now - this.#takenAt >= this.#options.stallMs;
  }
}
