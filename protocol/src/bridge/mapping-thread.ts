// Maps reports one at a time in a separate thread, so that a large or hostile report does not delay anything else.

import { Worker } from 'node:worker_threads';
import type { MappingReply, MappingRequest } from './mapping-messages';
import type { ReportOrigin } from './waiting/report-file';

/** Limits of a thread. */
export interface MappingThreadOptions {
  /** Maximum milliseconds for one report. */
  readonly timeoutMs?: number;
  /** Maximum memory for one report, in mebibytes. */
  readonly maxMemoryMb?: number;
}

interface Job {
  readonly request: MappingRequest;
  /** The origin of a file, after it was read. */
  origin: ReportOrigin | null;
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** The result of a report on disk. */
export interface MappedFile<Value> {
  readonly value: Value;
  readonly origin: ReportOrigin;
}

/** A report that can never be mapped. The message does not contain text of the report. */
export class UnmappableReport extends Error {
  override readonly name = 'UnmappableReport';

  constructor(
    message: string,
    /** Null if the file is damaged, or the report did not come from a file. */
    readonly origin: ReportOrigin | null,
  ) {
    super(message);
  }
}

// The buffer, if it can be moved to another thread. Small bodies share one, and are copied.
function ownBuffer({ buffer, byteLength }: Uint8Array): ArrayBuffer[] {
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
}

/** A thread that starts with its first report, restarts after a report that ended it, and does not keep the process alive. */
export class MappingThread<Options, Value> {
  readonly #script: string;
  readonly #options: Required<MappingThreadOptions>;
  readonly #queue: Job[] = [];
  #worker: Worker | undefined;
  #current: Job | undefined;
  #timer: NodeJS.Timeout | undefined;
  #onSettled: (() => void)[] = [];

  /** `script` is a compiled file that calls `serveMapping`. */
  constructor(script: string, { timeoutMs = 20_000, maxMemoryMb = 512 }: MappingThreadOptions = {}) {
    this.#script = script;
    this.#options = { timeoutMs, maxMemoryMb };
  }

  /**
   * Maps a report. The body belongs to the thread from then on, if it has its buffer for itself: a copy of 25 MB would stop the main
   * thread for 20 ms. Rejects with an `UnmappableReport` if it takes too much time or memory.
   */
  map(body: Uint8Array, options: Options): Promise<Value> {
    return this.#add({ body, options });
  }

  /**
   * Maps a report on disk; the thread reads the file. Rejects with an `UnmappableReport`, an error of the file system, or an
   * `Error` if the thread is closed first.
   */
  mapFile(file: string): Promise<MappedFile<Value>> {
    return this.#add({ file });
  }

  /** Waits up to `maxWaitMs` milliseconds for queued reports, then ends the thread and rejects the remaining reports. */
  async close(maxWaitMs = 60_000): Promise<void> {
    const timer = setTimeout(() => this.#giveUp(), maxWaitMs);
    while (this.#current) await new Promise<void>((resolve) => this.#onSettled.push(resolve));
    clearTimeout(timer);
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  #add<T>(request: MappingRequest): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ request, origin: null, resolve: resolve as (value: unknown) => void, reject });
      this.#next();
    });
  }

  #giveUp(): void {
    const error = new Error('the program ended before the report was read');
    for (const job of this.#queue.splice(0)) job.reject(error);
    this.#drop(() => error);
  }

  #next(): void {
    if (this.#current) return;
    const job = this.#queue.shift();
    if (!job) return;
    this.#current = job;
    this.#worker ??= this.#start();
    this.#worker.ref();
    // The disk may be slow: the time limit of a file starts after it was read.
    if ('body' in job.request) this.#startTimer();
    this.#worker.postMessage(job.request, 'body' in job.request ? ownBuffer(job.request.body) : []);
  }

  #startTimer(): void {
    this.#timer = setTimeout(() => {
      this.#dropUnmappable(`the report took longer than ${this.#options.timeoutMs / 1000} s to read`);
    }, this.#options.timeoutMs);
  }

  #start(): Worker {
    const worker = new Worker(this.#script, {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.maxMemoryMb },
    });
    worker.on('message', (reply: MappingReply) => {
      if (worker === this.#worker) this.#hear(reply);
    });
    // The thread ended unexpectedly, most likely out of memory.
    const onEnd = (): void => {
      if (worker === this.#worker)
        this.#dropUnmappable(
          'the report could not be read: it ended its thread, probably because it needs too much memory',
        );
    };
    worker.on('error', onEnd);
    worker.on('exit', onEnd);
    return worker;
  }

  #hear(reply: MappingReply): void {
    const job = this.#current;
    if (!job) return;
    if (reply.kind === 'read') {
      job.origin = reply.origin;
      this.#startTimer();
      return;
    }
    this.#settle(() => {
      if (reply.kind === 'unreadable') job.reject(Object.assign(new Error(reply.code), { code: reply.code }));
      else if (reply.kind === 'unmappable') job.reject(new UnmappableReport(reply.why, job.origin));
      else job.resolve('file' in job.request ? { value: reply.value, origin: job.origin } : reply.value);
    });
  }

  #dropUnmappable(why: string): void {
    this.#drop(({ origin }) => new UnmappableReport(why, origin));
  }

  #drop(errorOf: (job: Job) => Error): void {
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.terminate();
    this.#settle((job) => job.reject(errorOf(job)));
  }

  #settle(settle: (job: Job) => void): void {
    const job = this.#current;
    clearTimeout(this.#timer);
    this.#current = undefined;
    this.#worker?.unref();
    if (job) settle(job);
    this.#next();
    const listeners = this.#onSettled;
    this.#onSettled = [];
    for (const listener of listeners) listener();
  }
}
