// The thread that owns all writes. Between batches it brings the index that follows up to date.

import { workerData } from 'node:worker_threads';
import { openForWriting } from './database';
import type { EventBatch } from './event-store';
import { serveThread } from './thread';
import { Writer, type WriterLimits } from './writer';

/** What the thread is started with. */
export interface WriterThreadData {
  readonly file: string;
  readonly limits: WriterLimits;
}

// A step of following takes some 10 ms: a batch that comes meanwhile waits for it.
const followStep = 4_000;
// Under a flood the index follows only beyond this lag, in steps that cost little an event.
const maxLag = 400_000;
const floodStep = 40_000;
const idleMs = 20;

const { file, limits } = workerData as WriterThreadData;
const writer = new Writer(openForWriting(file), limits);
let timer: NodeJS.Timeout | undefined;

const handlers = {
  append: (batch: EventBatch) => writer.append(batch),
  forget: (id: number) => writer.forget(id),
  /** Brings the index fully up to date. */
  follow: () => {
    while (writer.lag > 0) writer.follow(floodStep);
  },
  close: () => {
    clearTimeout(timer);
    writer.close();
  },
};

export type WriterHandlers = typeof handlers;

serveThread(file, handlers, () => {
  if (writer.lag > maxLag) tryToFollow(floodStep);
  scheduleFollowing(idleMs);
});

function scheduleFollowing(delayMs: number): void {
  clearTimeout(timer);
  if (writer.lag > 0) timer = setTimeout(followWhenIdle, delayMs);
}

function followWhenIdle(): void {
  // Without room on the disk the index stays behind; queries read the rest from the events.
  const followed = tryToFollow(followStep);
  scheduleFollowing(followed ? 0 : 1_000);
}

function tryToFollow(step: number): boolean {
  try {
    writer.follow(step);
    return true;
  } catch {
    return false;
  }
}
