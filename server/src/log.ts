// The server's log: one JSON object a line, on standard error. Nobody waits for its reader: what does not fit into a
// bounded buffer is dropped, counted and reported.

import { constants, fstatSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { RepeatedMessages } from './repeated-messages';

export type { Logger };

/** A log, and how it ends. */
export interface Log {
  /** Texts of strangers go into fields of the object, never into the message. */
  readonly logger: Logger;
  /** Lines that were dropped, because nobody read them. */
  readonly dropped: number;
  /** Writes what waits, and gives up after `maxWaitMs` milliseconds. */
  close(maxWaitMs: number): Promise<void>;
}

const maxWaitingBytes = 1_048_576;
const standardError = 2;

/** Opens the log. `fd` is where it goes. */
export function openLog(level: string, fd = openUnblocked(standardError)): Log {
  const output = new LogOutput(fd);
  const repeated = new RepeatedMessages();
  const logger = pino({ level, hooks: { logMethod: repeated.hook } }, output);
  output.onReadAgain = (dropped) =>
    logger.warn({ dropped }, 'dropped log lines, because nobody read standard error');
  return {
    logger,
    get dropped() {
      return output.dropped;
    },
    close: async (maxWaitMs) => {
      repeated.close();
      const isWritten = new AbortController();
      const { signal } = isWritten;
      await Promise.race([output.end(), sleep(maxWaitMs, undefined, { signal }).catch(() => {})]);
      isWritten.abort();
      output.giveUp();
    },
  };
}

class LogOutput {
  readonly #stream: ReturnType<typeof pino.destination>;
  onReadAgain: (dropped: number) => void = () => {};
  dropped = 0;
  #reported = 0;
  #isWaiting = false;
  #isOver = false;

  constructor(fd: number) {
    this.#stream = pino.destination({
      dest: fd,
      sync: false,
      maxLength: maxWaitingBytes,
      retryEAGAIN: () => !this.#isOver,
    });
    this.#stream.on('drop', () => this.dropped++);
    // A full disk, or a reader that is gone: the next line tries again.
    this.#stream.on('error', () => {});
    this.#stream.on('drain', () => this.#drained());
  }

  write(line: string): void {
    if (this.#isOver) return;
    this.#isWaiting = true;
    this.#stream.write(line);
  }

  /** Resolves when all is written. */
  async end(): Promise<void> {
    while (this.#isWaiting) await new Promise((resolve) => this.#stream.once('drain', resolve));
  }

  /** Writes no more. */
  giveUp(): void {
    this.#isOver = true;
    this.#stream.destroy();
  }

  #drained(): void {
    this.#isWaiting = false;
    const dropped = this.dropped - this.#reported;
    if (dropped === 0) return;
    this.#reported = this.dropped;
    this.onReadAgain(dropped);
  }
}

/**
 * A way to a pipe or terminal that is ours alone and never blocks, whoever else writes to it: a write that blocks would hold
 * up the end of the process. The descriptor itself where there is no such way, as to the pipe of another user.
 */
function openUnblocked(fd: number): number {
  try {
    const file = fstatSync(fd);
    if (!file.isFIFO() && !file.isCharacterDevice()) return fd;
    return openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return fd;
  }
}
