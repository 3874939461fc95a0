// Writes and removes the files of waiting reports in a separate thread, with a limit for the time to wait.

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DiskReply, DiskRequest } from './disk-messages';

/** `written`, or the error of the file system. */
export type WriteResult = 'written' | { readonly error: string };

/** A write that may take longer than its time limit. */
export interface PendingWrite {
  /** Resolves within the time limit; with `slow` if the disk has not answered by then. */
  readonly inTime: Promise<WriteResult | 'slow'>;
  /** Resolves when the disk has answered. */
  readonly atLast: Promise<WriteResult>;
}

interface Pending {
  readonly bytes: number;
  settle(result: WriteResult): void;
}

interface Thread {
  readonly worker: Worker;
  /** Resolves when the thread has started. */
  readonly ready: Promise<void>;
}

export class DiskWriter {
  readonly #folder: string;
  readonly #pending = new Map<string, Pending>();
  #thread: Thread | undefined;
  #bytes = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Bytes in memory that the disk has not confirmed yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Writes and syncs a file, with a time limit of `maxMs` milliseconds. The parts move to the thread: do not use them afterwards. */
  write(name: string, parts: readonly Uint8Array[], maxMs: number): PendingWrite {
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    this.#bytes += bytes;
    const atLast = new Promise<WriteResult>((resolve) => {
      this.#pending.set(name, { bytes, settle: resolve });
    });
    this.#thread ??= this.#start();
    const { worker, ready } = this.#thread;
    const moved = parts.map(toOwnMemory);
    worker.postMessage(
      { kind: 'write', name, parts: moved } satisfies DiskRequest,
      moved.map(({ buffer }) => buffer as ArrayBuffer),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'slow'>((resolve) => {
      // A busy program must not look like a slow disk: the time starts when the thread has started, and its waiting answers are
      // read first.
      ready.then(() => {
        timer = setTimeout(() => setImmediate(() => setImmediate(() => resolve('slow'))), maxMs);
      });
    });
    return { atLast, inTime: Promise.race([atLast, late]).finally(() => clearTimeout(timer)) };
  }

  /** Removes a file. A failure is not an error: the report would be read twice, but stored once. */
  remove(name: string): void {
    this.#thread ??= this.#start();
    this.#thread.worker.postMessage({ kind: 'remove', name } satisfies DiskRequest);
  }

  /** Ends the thread after all requests, or after `maxMs` milliseconds. */
  async close(maxMs: number): Promise<void> {
    if (!this.#thread) return;
    const { worker } = this.#thread;
    worker.postMessage({ kind: 'end' } satisfies DiskRequest);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, maxMs);
      worker.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    // Not awaited: a thread that is writing ends after the write.
    void worker.terminate();
    this.#end('ECANCELED');
  }

  #start(): Thread {
    const worker = new Worker(join(__dirname, 'disk-script.js'), {
      workerData: this.#folder,
      resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
    });
    worker.unref();
    const ready = new Promise<void>((resolve) => {
      worker.on('message', (reply: DiskReply) => {
        if (reply.kind === 'ready') resolve();
        else this.#settle(reply.name, reply.error === null ? 'written' : { error: reply.error });
      });
    });
    const onEnd = (): void => {
      if (worker === this.#thread?.worker) this.#end('EIO');
    };
    worker.on('error', onEnd);
    worker.on('exit', onEnd);
    return { worker, ready };
  }

  #end(error: string): void {
    this.#thread = undefined;
    for (const name of [...this.#pending.keys()]) this.#settle(name, { error });
  }

  #settle(name: string, result: WriteResult): void {
    const pending = this.#pending.get(name);
    if (!pending) return;
    this.#pending.delete(name);
    this.#bytes -= pending.bytes;
    pending.settle(result);
  }
}

// Copies a part of a larger buffer, because moving the buffer would take the other parts too.
function toOwnMemory(part: Uint8Array): Uint8Array {
  const isWhole = part.byteOffset === 0 && part.byteLength === part.buffer.byteLength;
  return isWhole && part.length > 0 ? part : new Uint8Array(part);
}
