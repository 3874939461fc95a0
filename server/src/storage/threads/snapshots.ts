// Writes events to files, each in a thread of its own. Independent of databases.

import type { EventQuery } from '../../query/event-query';
import type { Thread } from './thread';

/** The methods of a thread that writes a file. */
export type SnapshotHandlers = {
  /** Writes the events of a query, as they are at one instant, to a new file, and returns their number. */
  readonly write: (query: EventQuery, target: string) => Promise<number>;
  readonly close: () => unknown;
};

export class Snapshots {
  readonly #start: () => Thread<SnapshotHandlers>;
  readonly #threads = new Set<Thread<SnapshotHandlers>>();

  /** `start` starts a thread, which ends when its file is written. */
  constructor(start: () => Thread<SnapshotHandlers>) {
    this.#start = start;
  }

  /** As `Storage.snapshot`. */
  async write(query: EventQuery, target: string, signal: AbortSignal): Promise<number> {
    const thread = this.#start();
    this.#threads.add(thread);
    const abort = (): void => void thread.kill();
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await thread.call('write', query, target);
    } finally {
      signal.removeEventListener('abort', abort);
      this.#threads.delete(thread);
      await thread.kill();
    }
  }

  /** Ends all threads. */
  async kill(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.kill()));
  }
}
