// The thread that owns all writes. Between batches it brings the index that follows up to date.

import { workerData } from 'node:worker_threads';
import { openForWriting } from './database';
import type { EventBatch } from './event-store';
import { serveThread } from './thread';
import { TokenTable } from './token-table';
import { Writer, type WriterLimits } from './writer';

/** What the thread is started with. */
export interface WriterThreadData {
  readonly file: string;
  readonly limits: WriterLimits;
}

export type WriterHandlers = ReturnType<typeof createHandlers>;

// A step of following takes some 10 ms: a batch that comes meanwhile waits for it.
const followStep = 4_000;
// Under a flood the index follows only beyond this lag, in steps that cost little an event.
const maxLag = 400_000;
const floodStep = 40_000;
const idleMs = 20;
// Without room on the disk the index stays behind; queries read the rest from the events.
const retryMs = 1_000;

/** Follows when the writer is idle, or when the lag has grown too large. */
class Follower {
  readonly #writer: Writer;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  afterWrite(): void {
    if (this.#isStopped) return;
    if (this.#writer.lag > maxLag) this.#tryToFollow(floodStep);
    this.#schedule(idleMs);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isStopped || this.#writer.lag === 0) return;
    this.#timer = setTimeout(() => this.#schedule(this.#tryToFollow(followStep) ? 0 : retryMs), delayMs);
  }

  #tryToFollow(step: number): boolean {
    try {
      this.#writer.follow(step);
      return true;
    } catch {
      return false;
    }
  }
}

function createHandlers(writer: Writer, tokens: TokenTable, follower: Follower) {
  return {
    /** Answers when the file is open. */
    open: () => true,
    append: (batch: EventBatch) => writer.append(batch),
    forget: (id: number) => writer.forget(id),
    tokens: tokens.all.bind(tokens),
    addToken: tokens.add.bind(tokens),
    revokeToken: tokens.revoke.bind(tokens),
    close: () => {
      follower.stop();
      writer.close();
    },
  };
}

const { file, limits } = workerData as WriterThreadData;
serveThread(file, () => {
  const db = openForWriting(file);
  const writer = new Writer(db, limits);
  const tokens = new TokenTable(db, writer);
  const follower = new Follower(writer);
  follower.afterWrite();
  return { handlers: createHandlers(writer, tokens, follower), afterCall: () => follower.afterWrite() };
});
