// The reading side of a store in PostgreSQL: threads that answer queries, and threads that write files.

import { join } from 'node:path';
import type { Answers } from '../../answers/answers';
import { type AnswerHandlers, createQuestions } from '../../answers/questions';
import { ReaderPool } from '../threads/reader-pool';
import { type SnapshotHandlers, Snapshots } from '../threads/snapshots';
import { Thread, type ThreadDeath } from '../threads/thread';
import type { Handlers } from '../threads/thread-server';
import { explainReading, type ReadingThreadData } from './threads/reading-thread';

/** The options of the reading side. */
export interface ReadingOptions extends ReadingThreadData {
  /** Number of threads that answer queries, each with a connection. */
  readonly readers: number;
  /** Heap of each thread in MiB; see `thread.ts`. */
  readonly threadHeapMb?: number | undefined;
  /** Called when a thread died; a new one takes its place. */
  readonly onThreadDeath: (thread: 'reader' | 'snapshot', death: ThreadDeath) => void;
}

/** The reading side. */
export interface Reading {
  readonly answers: Answers;
  /** As `Storage.snapshot`. */
  readonly snapshot: Snapshots['write'];
  /** Ends all threads: open queries fail with `STORE_CLOSED`. */
  end(): Promise<void>;
}

/** Starts the threads. They connect at their first query. */
export function startReading(options: ReadingOptions): Reading {
  const { address, password, shown, readers, threadHeapMb, onThreadDeath } = options;
  const data: ReadingThreadData = { address, password, shown };
  const start = <H extends Handlers>(name: 'reader' | 'snapshot'): Thread<H> =>
    new Thread<H>(join(__dirname, `threads/${name}-thread.js`), {
      explain: (error) => explainReading(error, data),
      data,
      heapMb: threadHeapMb,
      failure: 'THREAD_DIED',
      onDeath: (death) => onThreadDeath(name, death),
      // No fault of a thread that reads is one.
      onFatal: () => {},
    });
  const threads = Array.from({ length: readers }, () => start<AnswerHandlers>('reader'));
  const snapshots = new Snapshots(() => start<SnapshotHandlers>('snapshot'));
  return {
    answers: createQuestions(new ReaderPool(threads), (answer) => answer),
    snapshot: (...args) => snapshots.write(...args),
    end: async () => {
      await Promise.all([snapshots, ...threads].map((one) => one.kill()));
    },
  };
}
