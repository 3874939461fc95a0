// Writes the server's log: one JSON object per line, on standard error. Writing never waits for a reader: lines that do
// not fit into a limited buffer are dropped, counted and reported.

import { constants, fstatSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { RepeatedMessages } from './repeated-messages';

export type { Logger };

/** A log that can be closed. */
export interface Log {
  /** Texts from clients go into fields of the object, never into the message. */
  readonly logger: Logger;
  /** Number of lines that were dropped because standard error was not read. */
  readonly dropped: number;
  /** Writes the buffered lines, for at most `maxWaitMs` milliseconds. */
  close(maxWaitMs: number): Promise<void>;
}

const maxWaitingBytes = 1_048_576;
const standardError = 2;

/** The options of a log. */
export interface LogOptions {
  /** The descriptor to write to; default standard error. */
  readonly fd?: number;
  /** `JOURNAL_STREAM` as systemd sets it: device and inode of the stream that it connects with its journal. */
  readonly journalStream?: string | undefined;
}

/** Opens the log. Lines to systemd's journal start with their priority, such as `<3>`, which the journal removes. */
export function openLog(level: string, { fd, journalStream }: LogOptions = {}): Log {
  const isJournal = isStream(fd ?? standardError, journalStream);
  const output = new LogOutput(fd ?? openUnblocked(standardError), isJournal);
  const repeated = new RepeatedMessages();
  const logger = pino({ level, hooks: { logMethod: repeated.hook } }, output);
  output.onReadAgain = (dropped) =>
    logger.warn({ dropped }, 'dropped log lines, because standard error was not read');
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

  constructor(
    fd: number,
    readonly isJournal: boolean,
  ) {
    this.#stream = pino.destination({
      dest: fd,
      sync: false,
      maxLength: maxWaitingBytes,
      retryEAGAIN: () => !this.#isOver,
    });
    this.#stream.on('drop', () => this.dropped++);
    // A full disk, or a closed pipe: the next line tries again.
    this.#stream.on('error', () => {});
    this.#stream.on('drain', () => this.#drained());
  }

  write(line: string): void {
    if (this.#isOver) return;
    this.#isWaiting = true;
    this.#stream.write(this.isJournal ? priorityOf(line) + line : line);
  }

  /** Resolves when everything is written. */
  async end(): Promise<void> {
    while (this.#isWaiting) await new Promise((resolve) => this.#stream.once('drain', resolve));
  }

  /** Stops writing. */
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

// Priorities of syslog, by pino's level in tens.
const priorities: Readonly<Record<string, number>> = { '1': 7, '2': 7, '3': 6, '4': 4, '5': 3, '6': 2 };

function priorityOf(line: string): string {
  const [, level = '3'] = /^\{"level":(\d)/.exec(line) ?? [];
  return `<${priorities[level] ?? 6}>`;
}

function isStream(fd: number, stream: string | undefined): boolean {
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(fd, { bigint: true });
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

/**
 * Reopens a pipe or terminal for this process alone, without blocking, even if others write to it: a blocked write
 * would delay the exit of the process. Returns the descriptor itself where that is not possible, as for a pipe of
 * another user.
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
