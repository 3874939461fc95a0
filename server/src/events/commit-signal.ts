// Notifies live streams of commits. Independent of the store and of streams.

/** Counts commits, and wakes callers that wait for one. */
export class CommitSignal {
  #version = 0;
  #isClosed = false;
  #wake: (() => void)[] = [];

  /** Increases with every commit. */
  get version(): number {
    return this.#version;
  }

  /** True once there will be no more commits. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Reports a commit. */
  notify(): void {
    this.#version++;
    this.#wakeAll();
  }

  /** Reports that there will be no more commits: waiting callers are woken. */
  close(): void {
    this.#isClosed = true;
    this.#wakeAll();
  }

  /** Resolves when there was a commit after `version`, when the signal is closed, or after `timeoutMs` milliseconds. */
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
