// Calls into a worker thread and back: a method, its arguments, its answer. A thread that dies fails its current call,
// and is replaced by a new one. Independent of databases.

import { type ResourceLimits, Worker } from 'node:worker_threads';
import { StoreError } from '../store-error';
import type { Call, Handlers, Reply, ThreadData } from './thread-server';

// Rows and pages are short-lived: small young generations are collected early, which keeps memory use constant.
const maxYoungGenerationSizeMb = 8;
const defaultHeapMb = 256;
// A thread that dies again before it has answered anything is restarted after a pause, which doubles each time.
const firstPauseMs = 50;
const maxPauseMs = 5_000;

/** How a thread died, and when the next one starts. */
export interface ThreadDeath {
  readonly cause: StoreError;
  /** Its current method; null when it was idle. */
  readonly method: string | null;
  /** Milliseconds until a new one starts. */
  readonly pauseMs: number;
}

/** The options of a thread. */
export interface ThreadOptions {
  /** Turns an error that ended the thread into one of the store. */
  readonly explain: (error: unknown) => StoreError;
  /** The data for the thread's script. */
  readonly data: unknown;
  /** Heap of the thread in MiB; default 256. */
  readonly heapMb?: number | undefined;
  /** The error of the current call when the thread dies. */
  readonly failure: 'THREAD_DIED' | 'WRITER_DIED';
  /** Called for each unexpected death. */
  readonly onDeath: (death: ThreadDeath) => void;
  /**
   * Called when a thread cannot start because of a fault after which the file must not be used. No further thread is
   * started then.
   */
  readonly onFatal: (error: StoreError) => void;
}

interface Waiter extends Call {
  resolve(value: never): void;
  reject(error: Error): void;
}

type Caller<H extends Handlers> = <M extends keyof H & string>(
  method: M,
  ...args: Parameters<H[M]>
) => Promise<Awaited<ReturnType<H[M]>>>;

/** A series of worker threads that replace each other, as their caller sees them. */
export class Thread<H extends Handlers> {
  readonly #script: string;
  readonly #options: ThreadOptions;
  /** Calls without an answer, in the order they were made. */
  readonly #waiting = new Map<number, Waiter>();
  /** The id of the current call of the thread; 0 for none. Shared with the thread, so that it outlives the thread. */
  readonly #underWay = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | undefined;
  #restart: NodeJS.Timeout | undefined;
  #lastId = 0;
  #deathsInARow = 0;
  #hasStarted = false;
  #ended: StoreError | undefined;

  /** Starts `script`, a compiled file that calls `serveThread`. */
  constructor(script: string, options: ThreadOptions) {
    this.#script = script;
    this.#options = options;
    this.#start();
  }

  /** Number of calls that wait for their answer. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** False while the replacement of a dead thread has not started. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** Calls a handler of the thread. Rejects with a `StoreError`. */
  readonly call: Caller<H> = (method, ...args) => this.#call(false, method, args);

  /** As `call`, for a short call: it may overtake one that waits. */
  readonly callFirst: Caller<H> = (method, ...args) => this.#call(true, method, args);

  /** Waits for open calls, lets the thread close its files, and ends it. */
  async close(): Promise<void> {
    if (this.#ended) return;
    if (this.#worker !== undefined) {
      await this.call('close' as keyof H & string, ...([] as unknown as Parameters<H[string]>));
    }
    await this.kill();
  }

  /** Ends the thread immediately, whatever it is doing. */
  async kill(): Promise<void> {
    this.#end(new StoreError('STORE_CLOSED', {}));
    await this.#worker?.terminate();
  }

  #call<M extends keyof H & string>(
    isFirst: boolean,
    method: M,
    args: Parameters<H[M]>,
  ): Promise<Awaited<ReturnType<H[M]>>> {
    if (this.#ended) return Promise.reject(this.#ended);
    // Ids are limited to the range of the shared number.
    this.#lastId = (this.#lastId % 0x7fff_ffff) + 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { id, method, args, isFirst, resolve, reject });
      this.#worker?.postMessage({ id, method, args, isFirst } satisfies Call);
    });
  }

  #start(): void {
    const { data, heapMb = defaultHeapMb } = this.#options;
    const resourceLimits: ResourceLimits = { maxYoungGenerationSizeMb, maxOldGenerationSizeMb: heapMb };
    const workerData: ThreadData = { data, underWay: this.#underWay };
    const worker = new Worker(this.#script, { workerData, resourceLimits });
    let fault: unknown;
    worker.on('message', (reply: Reply) => {
      if (reply.id !== null) this.#settle(reply);
      else {
        fault = new StoreError(reply.code, reply.facts);
        void worker.terminate();
      }
    });
    worker.on('error', (error) => {
      fault = error;
    });
    // Only on `exit` has the thread released its files.
    worker.on('exit', () => this.#die(fault));
    this.#worker = worker;
    for (const { id, method, args, isFirst } of this.#waiting.values())
      worker.postMessage({ id, method, args, isFirst } satisfies Call);
  }

  #settle(reply: Exclude<Reply, { id: null }>): void {
    const waiter = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    this.#deathsInARow = 0;
    this.#hasStarted = true;
    if (reply.ok) waiter?.resolve(reply.value as never);
    else waiter?.reject(new StoreError(reply.code, reply.facts));
  }

  #die(fault: unknown): void {
    this.#worker = undefined;
    if (this.#ended) return;
    // A thread that could not start reports the reason itself.
    const couldNotStart = fault instanceof StoreError;
    const cause = couldNotStart ? fault : this.#causeOf(fault);
    const culprit = this.#waiting.get(this.#underWay[0] ?? 0);
    this.#underWay[0] = 0;
    if (couldNotStart) this.#rejectAll(cause);
    else if (culprit !== undefined) {
      this.#waiting.delete(culprit.id);
      culprit.reject(cause);
    }
    if (couldNotStart && cause.isFatal) {
      this.#end(cause);
      this.#options.onFatal(cause);
      return;
    }
    const pauseMs =
      this.#deathsInARow === 0 ? 0 : Math.min(maxPauseMs, firstPauseMs * 2 ** (this.#deathsInARow - 1));
    this.#deathsInARow++;
    this.#restart = setTimeout(() => this.#start(), pauseMs);
    // The caller that started the very first thread gets the reason from its call.
    const isFirst = couldNotStart && !this.#hasStarted;
    this.#hasStarted = true;
    if (!isFirst) this.#options.onDeath({ cause, method: culprit?.method ?? null, pauseMs });
  }

  #causeOf(fault: unknown): StoreError {
    const { explain, failure } = this.#options;
    if (fault === undefined) return new StoreError(failure, { cause: 'it was ended from outside' });
    const told = explain(fault);
    if (told.isFatal) return told;
    const isOutOfMemory = (fault as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY';
    if (isOutOfMemory && failure === 'THREAD_DIED') return new StoreError('OUT_OF_MEMORY', {});
    return new StoreError(failure, { cause: String(told.facts['cause'] ?? told.message) });
  }

  #rejectAll(error: StoreError): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiter of waiting) waiter.reject(error);
  }

  #end(error: StoreError): void {
    this.#ended ??= error;
    clearTimeout(this.#restart);
    this.#rejectAll(this.#ended);
  }
}
