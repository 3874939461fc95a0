// Calls into a worker thread and back: a method, its arguments, its answer. Knows nothing of databases.

import { parentPort, type TransferListItem, Worker } from 'node:worker_threads';
import { StoreError, type StoreErrorCode, toStoreError } from './store-error';

// Rows and pages are soon forgotten: small generations are cleaned early, which keeps the memory flat.
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

type Reply =
  | {
      readonly id: null;
      readonly ok: false;
      readonly code: StoreErrorCode;
      readonly facts: StoreError['facts'];
    }
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly id: number;
      readonly ok: false;
      readonly code: StoreErrorCode;
      readonly facts: StoreError['facts'];
    };

/** What a thread can be asked, by name. */
export type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

type Caller<H extends Handlers> = <M extends keyof H & string>(
  method: M,
  ...args: Parameters<H[M]>
) => Promise<ReturnType<H[M]>>;

/** One worker thread, as its caller sees it. */
export class Thread<H extends Handlers> {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  readonly #file: string;
  #lastId = 0;
  #ended: StoreError | undefined;

  /** Starts `script`, a compiled file that calls `serveThread`. `onEnd` hears of an end that nobody asked for. */
  constructor(script: string, options: { file: string; data: unknown; onEnd: (error: StoreError) => void }) {
    this.#file = options.file;
    this.#worker = new Worker(script, { workerData: options.data, resourceLimits });
    this.#worker.on('message', (reply: Reply) => {
      if (reply.id === null) this.#end(new StoreError(reply.code, reply.facts), options.onEnd);
      else this.#settle(reply);
    });
    this.#worker.on('error', (error) => this.#end(toStoreError(error, this.#file), options.onEnd));
    this.#worker.on('exit', () => this.#end(new StoreError('STORE_CLOSED', {}), options.onEnd));
  }

  /** How many calls wait for their answer. */
  get pending(): number {
    return this.#waiting.size;
  }

  /** Calls a handler of the thread. Rejects with a `StoreError`. */
  readonly call: Caller<H> = (method, ...args) => {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, method, args } satisfies Call);
    });
  };

  /** Waits for the calls that are under way, lets the thread close its files, and ends it. */
  async close(): Promise<void> {
    if (this.#ended) return;
    await this.call('close' as keyof H & string, ...([] as unknown as Parameters<H[string]>));
    this.#ended = new StoreError('STORE_CLOSED', {});
    await this.#worker.terminate();
  }

  /** Ends the thread in the midst of whatever it does. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(reply: Exclude<Reply, { id: null }>): void {
    const waiter = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (reply.ok) waiter?.resolve(reply.value as never);
    else waiter?.reject(new StoreError(reply.code, reply.facts));
  }

  #end(error: StoreError, onEnd: (error: StoreError) => void): void {
    if (this.#ended) return;
    this.#ended = error;
    for (const waiter of this.#waiting.values()) waiter.reject(error);
    this.#waiting.clear();
    onEnd(error);
  }
}

/**
 * Answers the calls of the thread that started this one. `start` opens what the handlers need; when it throws,
 * the caller hears of it as the thread's end. `afterCall` runs when no answer is owed.
 */
export function serveThread(file: string, start: () => { handlers: Handlers; afterCall?: () => void }): void {
  const port = parentPort;
  if (!port) throw new Error('serveThread runs in a worker thread only');
  const fail = (id: number | null, error: unknown): void => {
    // Errors of native code lose their words on the way between threads: facts travel instead.
    const { code, facts } = toStoreError(error, file);
    port.postMessage({ id, ok: false, code, facts } as Reply);
  };
  let served: ReturnType<typeof start>;
  try {
    served = start();
  } catch (error) {
    fail(null, error);
    return;
  }
  const { handlers, afterCall = () => {} } = served;
  port.on('message', ({ id, method, args }: Call) => {
    try {
      const value = (handlers[method] as (...args: readonly unknown[]) => unknown)(...args);
      port.postMessage({ id, ok: true, value } satisfies Reply, transferable(value));
    } catch (error) {
      fail(id, error);
    }
    afterCall();
  });
}

// Buffers of an answer are handed over, not copied.
function transferable(value: unknown): TransferListItem[] {
  if (typeof value !== 'object' || value === null) return [];
  const buffers = new Set<ArrayBuffer>();
  for (const part of ArrayBuffer.isView(value) ? [value] : Object.values(value)) {
    if (ArrayBuffer.isView(part) && part.buffer instanceof ArrayBuffer) buffers.add(part.buffer);
  }
  return [...buffers];
}
