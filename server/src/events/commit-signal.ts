// Tells those who follow the events that something was committed. Knows what a store is, and no follower.

import type { EventStore } from '../store/event-store';

/** Counts commits, and wakes those who wait for one. */
export class CommitSignal {
  #version = 0;
  #isClosed = false;
  #wake: (() => void)[] = [];

  /** Counts up with every commit. */
  get version(): number {
    return this.#version;
  }

  /** True once nothing more will come. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Something was committed. */
  notify(): void {
    this.#version++;
    this.#wakeAll();
  }

  /** Nothing more will come: whoever waits is woken, and waits no more. */
  close(): void {
    this.#isClosed = true;
    this.#wakeAll();
  }

  /** Resolves when there was a commit behind `version`, when the signal is closed, or after `timeoutMs` milliseconds. */
  async next(version: number, timeoutMs: number): Promise<void> {
    if (this.#version > version || this.#isClosed) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
      this.#wake.push(resolve);
    });
    clearTimeout(timer);
  }

  #wakeAll(): void {
    const woken = this.#wake;
    this.#wake = [];
    for (const wake of woken) wake();
  }
}

/** The same store, which tells the signal of each commit that others can see. */
export function announceCommits(store: EventStore, signal: CommitSignal): EventStore {
  const announce = async <T>(commit: Promise<T>): Promise<T> => {
    const result = await commit;
    signal.notify();
    return result;
  };
  return {
    ...store,
    append: (batch) => announce(store.append(batch)),
    edit: (...change) => announce(store.edit(...change)),
    remove: (...change) => announce(store.remove(...change)),
    removeAll: (...change) => announce(store.removeAll(...change)),
    restore: (...change) => announce(store.restore(...change)),
  };
}
