// Watches how fast clients read answers: disconnects clients that read nothing, so that they do not hold a connection,
// thread or file forever, and reports those that read slowly. Independent of Fastify.

import type { ServerResponse } from 'node:http';

/** The limits for clients. */
export interface ReaderWatchOptions {
  /** Milliseconds without a byte after which a client is disconnected; also the period over which speed is measured. */
  readonly stallMs: number;
  /** Speed below which a client is slow. */
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

  /** Watches the client of an answer until the answer is closed. */
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

/** The client that reads an answer. */
export class AnswerReader {
  readonly #response: ServerResponse;
  readonly #options: ReaderWatchOptions;
  /** Bytes read at the last check, and the time since which no more were read. */
  #taken = -1;
  #takenAt = performance.now();
  /** The start of the speed measurement. */
  #start = { bytes: 0, at: this.#takenAt };
  #bytesPerSecond: number | null = null;
  #isClosed = false;
  readonly #onClose: (() => void)[] = [];

  constructor(response: ServerResponse, options: ReaderWatchOptions) {
    this.#response = response;
    this.#options = options;
    response.on('close', () => {
      this.#isClosed = true;
      for (const listener of this.#onClose) listener();
    });
  }

  /** Calls back when the answer is closed, either sent completely or interrupted. */
  onClose(listener: () => void): void {
    this.#onClose.push(listener);
  }

  /** Measured while bytes waited for the client; null when it has read everything, or is new. */
  get bytesPerSecond(): number | null {
    return this.#bytesPerSecond;
  }

  /** True when it reads more slowly than the minimum. */
  get isSlow(): boolean {
    return this.#bytesPerSecond !== null && this.#bytesPerSecond < this.#options.minBytesPerSecond;
  }

  /** True when its answer was closed before all of it was passed on. */
  get isGone(): boolean {
    return this.#isClosed && !this.#response.writableFinished;
  }

  /** Ends its answer. */
  drop(): void {
    this.#response.destroy();
  }

  /** Measures the speed; true when the client has stalled. */
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
