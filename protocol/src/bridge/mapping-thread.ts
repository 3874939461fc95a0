// Reads reports in a thread of its own, one after the other, so that a big or a hostile one holds up nobody. Knows no tool.

import { parentPort, Worker } from 'node:worker_threads';

/** How a thread is set up. */
export interface MappingThreadOptions {
  /** Bytes of reports that may wait, the one under way among them. */
  readonly maxQueuedBytes?: number;
  /** Milliseconds that one report may take. */
  readonly timeoutMs?: number;
  /** Mebibytes of memory that one report may take. */
  readonly maxMemoryMb?: number;
}

interface Job {
  readonly body: Uint8Array;
  readonly options: unknown;
  readonly bytes: number;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

type Reply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

/** One thread. It is started by its first report, anew after a report that ended it, and keeps no process alive. */
export class MappingThread<Options, Value> {
  readonly #script: string;
  readonly #options: Required<MappingThreadOptions>;
  readonly #queue: Job[] = [];
  #queuedBytes = 0;
  #worker: Worker | undefined;
  #current: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onSettled: (() => void)[] = [];

  /** `script` is a compiled file that calls `serveMapping`. */
  constructor(
    script: string,
    { maxQueuedBytes = 64 * 1_048_576, timeoutMs = 20_000, maxMemoryMb = 512 }: MappingThreadOptions = {},
  ) {
    this.#script = script;
    this.#options = { maxQueuedBytes, timeoutMs, maxMemoryMb };
  }

  /** True when a report of so many bytes must be refused, because too much waits already. One always has room when none waits. */
  isFull(bytes: number): boolean {
    return this.#queuedBytes > 0 && this.#queuedBytes + bytes > this.#options.maxQueuedBytes;
  }

  /** Maps a report. The body is not copied: leave it alone afterwards. Rejects when it took too long, or too much memory. */
  map(body: Uint8Array, options: Options): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      const bytes = body.length;
      this.#queue.push({ body, options, bytes, resolve: resolve as (value: unknown) => void, reject });
      this.#queuedBytes += bytes;
      this.#next();
    });
  }

  /** Waits for the reports that came, up to `maxWaitMs` milliseconds, and ends the thread; the rest are rejected. */
  async close(maxWaitMs = 60_000): Promise<void> {
    const timer = setTimeout(() => this.#giveUp(), maxWaitMs);
    while (this.#current) await new Promise<void>((resolve) => this.#onSettled.push(resolve));
    clearTimeout(timer);
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #giveUp(): void {
    const message = 'the program ended before the report was read';
    for (const job of this.#queue.splice(0)) job.reject(new Error(message));
    this.#drop(message);
  }

  #next(): void {
    if (this.#current) return;
    const job = this.#queue.shift();
    if (!job) return;
    this.#current = job;
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#timer = setTimeout(() => {
      this.#drop(`the report took longer than ${this.#options.timeoutMs / 1000} s to read`);
    }, this.#options.timeoutMs);
    this.#worker.postMessage({ body: job.body, options: job.options });
  }

  #start(): Worker {
    const worker = new Worker(this.#script, {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.maxMemoryMb },
    });
    worker.on('message', (reply: Reply) => {
      if (worker === this.#worker)
        this.#settle((job) => (reply.ok ? job.resolve(reply.value) : job.reject(new Error(reply.message))));
    });
    // An end that nobody asked for: out of memory, most of all.
    const onEnd = (): void => {
      if (worker === this.#worker)
        this.#drop(
          'the report could not be read: it ended the thread that read it, as one that needs too much memory does',
        );
    };
    worker.on('error', onEnd);
    worker.on('exit', onEnd);
    return worker;
  }

  #drop(message: string): void {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.terminate();
    this.#settle((job) => job.reject(new Error(message)));
  }

  #settle(settle: (job: Job) => void): void {
    const job = this.#current;
    clearTimeout(this.#timer);
    this.#current = undefined;
    this.#worker?.unref();
    if (job) {
      this.#queuedBytes -= job.bytes;
      settle(job);
    }
    this.#next();
    const listeners = this.#onSettled;
    this.#onSettled = [];
    for (const listener of listeners) listener();
  }
}

/** In the thread: answers each report with what `map` makes of it. What it throws is told without its body. */
export function serveMapping<Options>(map: (body: Uint8Array, options: Options) => unknown): void {
  const port = parentPort;
  if (!port) throw new Error('serveMapping runs in a worker thread only');
  port.on('message', ({ body, options }: { readonly body: Uint8Array; readonly options: Options }) => {
    try {
      port.postMessage({ ok: true, value: map(body, options) } satisfies Reply);
    } catch (error) {
      port.postMessage({
        ok: false,
        message:
          error instanceof RangeError ? 'the report is nested too deeply' : 'the report could not be read',
      } satisfies Reply);
    }
  });
}
