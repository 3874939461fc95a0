// Limits the bytes of reports that arrive at the same time, so that many large reports do not fill the memory. A report
// without room waits a moment for it.

/** The room that one body holds. */
export interface HeldRoom {
  /** Counts further decoded bytes of a compressed body. False if there is no room for them. */
  decoded(bytes: number): boolean;
  /** Frees the room. Further calls have no effect. */
  leave(): void;
}

interface Waiter {
  readonly bytes: number;
  enter(): void;
}

// Bodies up to this size always get room.
const maxSmallBytes = 65_536;

export class ArrivalRoom {
  readonly #maxBytes: number;
  readonly #waiters: Waiter[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Resolves with room for a body of `bytes`, which may become `maxBytes` when decoded; with null if there is no room
   * within `maxMs` milliseconds.
   */
  async enter(bytes: number, maxBytes: number, maxMs: number): Promise<HeldRoom | null> {
    return (await this.#wait(bytes, maxMs)) ? this.#hold(bytes, maxBytes) : null;
  }

  async #wait(bytes: number, maxMs: number): Promise<boolean> {
    if (this.#hasRoom(bytes) && (bytes <= maxSmallBytes || this.#waiters.length === 0)) {
      this.#bytes += bytes;
      return true;
    }
    return new Promise((resolve) => {
      const waiter: Waiter = {
        bytes,
        enter: () => {
          clearTimeout(timer);
          this.#bytes += bytes;
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        resolve(false);
      }, maxMs);
      this.#waiters.push(waiter);
    });
  }

  // The decoded size of a body is not known in advance, so its room grows with it.
  #hold(declared: number, maxBytes: number): HeldRoom {
    let held = declared;
    let length = 0;
    let hasLeft = false;
    return {
      decoded: (bytes) => {
        length += bytes;
        const growth = Math.min(length, maxBytes) - held;
        // Bytes that are decoded after the sender has left are not stored.
        if (growth <= 0 || hasLeft) return true;
        if (!this.#grow(held, growth)) return false;
        held += growth;
        return true;
      },
      leave: () => {
        if (!hasLeft) this.#leave(held);
        hasLeft = true;
      },
    };
  }

  #grow(held: number, more: number): boolean {
    const isSmall = held + more <= maxSmallBytes;
    if (!isSmall && this.#bytes > held && this.#bytes + more > this.#maxBytes) return false;
    this.#bytes += more;
    return true;
  }

  #leave(bytes: number): void {
    this.#bytes -= bytes;
    for (let next = this.#waiters[0]; next && this.#hasRoom(next.bytes); next = this.#waiters[0]) {
      this.#waiters.shift();
      next.enter();
    }
  }

  #hasRoom(bytes: number): boolean {
    return bytes <= maxSmallBytes || this.#bytes === 0 || this.#bytes + bytes <= this.#maxBytes;
  }
}

/**
 * Waits at most `maxMs` milliseconds for the first bytes of a refused body, which name its host. Then the body is paused; the
 * caller reads the rest with `discardBody`.
 */
export function beginOfBody(body: NodeJS.ReadableStream, maxMs = 100): Promise<Buffer> {
  return new Promise((resolve) => {
    const done = (chunk: Buffer | string = Buffer.alloc(0)): void => {
      clearTimeout(timer);
      body.off('data', done).off('end', done).off('error', onError);
      body.pause();
      resolve(Buffer.isBuffer(chunk) ? chunk : Buffer.alloc(0));
    };
    const onError = (): void => done();
    const timer = setTimeout(done, maxMs);
    body.on('data', done).on('end', done).on('error', onError).resume();
  });
}
