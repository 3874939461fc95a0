// The thread that makes all writes. Between batches it updates the background indexes.

import type { EventBatch } from '../../event-batch';
import { toStoreError } from '../../store-error';
import type { Database } from '../connection';
import { openForWriting } from '../database';
import { FileGuard, type GuardedFile } from '../file/file-guard';
import type { RejectLimits } from '../reject-table';
import { TokenTable } from '../token-table';
import { type FollowingIndex, Writer } from '../writer';
import { serveThread, threadData } from './thread-server';

/** The data that the thread is started with. */
export interface WriterThreadData {
  readonly guarded: GuardedFile;
  readonly limits: RejectLimits;
}

export type WriterHandlers = ReturnType<typeof createHandlers>;

// Steps of updating take some 10 ms each: a new batch waits for one step at most. Under load, an index is only updated
// when it lags too far behind, in larger steps that cost less per event.
const rules = {
  series: { step: 4_000, maxLag: 400_000, floodStep: 40_000 },
  // Also fills the counts of a file from before they were kept, meanwhile with small steps.
  counts: { step: 4_000, maxLag: 400_000, floodStep: 8_000 },
  search: { step: 500, maxLag: 4_000_000, floodStep: 4_000 },
} as const satisfies Record<FollowingIndex, { step: number; maxLag: number; floodStep: number }>;
const indexes = Object.keys(rules) as FollowingIndex[];
const idleMs = 20;
// When the disk is full the indexes stay behind; queries read the rest from the events.
const retryMs = 1_000;

/** Updates indexes when the writer is idle, or when a lag has grown too large. */
class Follower {
  readonly #writer: Writer;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  afterWrite(): void {
    if (this.#isStopped) return;
    for (const index of indexes) {
      const { maxLag, floodStep } = rules[index];
      if (this.#writer.lag(index) > maxLag) this.#tryToFollow(index, floodStep);
    }
    this.#schedule(idleMs);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    const behind = indexes.find((index) => this.#writer.lag(index) > 0);
    if (this.#isStopped || behind === undefined) return;
    this.#timer = setTimeout(
      () => this.#schedule(this.#tryToFollow(behind, rules[behind].step) ? 0 : retryMs),
      delayMs,
    );
  }

  #tryToFollow(index: FollowingIndex, step: number): boolean {
    try {
      this.#writer.follow(index, step);
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
    edit: writer.edit.bind(writer),
    remove: writer.remove.bind(writer),
    removeAll: writer.removeAll.bind(writer),
    restore: writer.restore.bind(writer),
    moveMark: writer.moveMark.bind(writer),
    tokens: tokens.all.bind(tokens),
    addToken: tokens.add.bind(tokens),
    revokeToken: tokens.revoke.bind(tokens),
    /** Rejects when another server has opened the file, or when it is gone. */
    verify: () => writer.verify(),
    close: () => {
      follower.stop();
      writer.close();
    },
  };
}

const { guarded, limits } = threadData<WriterThreadData>();
const { file } = guarded;

// From here on no other server commits. If the disk is full, the first stored batch claims the file.
function claim(db: Database, writer: Writer): void {
  try {
    writer.transact(() => {});
    // The mark is written to the file itself, so that a backup copied over it is noticed.
    db.pragma('wal_checkpoint(PASSIVE)');
  } catch (error) {
    // A file with an older schema has to be migrated first.
    if (toStoreError(error, file).code !== 'DATABASE_FULL' || !writer.hasSpans) throw error;
  }
}

serveThread(file, () => {
  const db = openForWriting(file);
  const writer = new Writer(db, limits, new FileGuard(db, guarded));
  claim(db, writer);
  const tokens = new TokenTable(db, writer);
  const follower = new Follower(writer);
  follower.afterWrite();
  return { handlers: createHandlers(writer, tokens, follower), afterCall: () => follower.afterWrite() };
});
