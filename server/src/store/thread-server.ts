// The thread's side of calls: takes one after the other, and answers it. Knows nothing of databases.

import { parentPort, type TransferListItem, workerData } from 'node:worker_threads';
import { type StoreError, type StoreErrorCode, toStoreError } from './store-error';

/** A call, as it goes to the thread. */
export interface Call {
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

interface Failure {
  readonly ok: false;
  readonly code: StoreErrorCode;
  readonly facts: StoreError['facts'];
}

/** An answer; with the id null, the reason why the thread could not start. */
export type Reply =
  | ({ readonly id: null } & Failure)
  | ({ readonly id: number } & Failure)
  | { readonly id: number; readonly ok: true; readonly value: unknown };

/** What a thread can be asked, by name. */
export type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** What every thread is started with. */
export interface ThreadData {
  /** What its script needs. */
  readonly data: unknown;
  /** Where it writes the id of the call that it works on, and 0 when it has answered. */
  readonly underWay: Int32Array;
}

/** What the script of this thread was given. */
export function threadData<T>(): T {
  return (workerData as ThreadData).data as T;
}

/**
 * Answers the calls of the thread that started this one. `start` opens what the handlers need; when it throws,
 * the caller hears of it as the reason why the thread could not start. `afterCall` runs when no answer is owed.
 */
export function serveThread(file: string, start: () => { handlers: Handlers; afterCall?: () => void }): void {
  const port = parentPort;
  if (!port) throw new Error('serveThread runs in a worker thread only');
  const { underWay } = workerData as ThreadData;
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
    underWay[0] = id;
    try {
      const value = (handlers[method] as (...args: readonly unknown[]) => unknown)(...args);
      port.postMessage({ id, ok: true, value } satisfies Reply, transferable(value));
    } catch (error) {
      fail(id, error);
    }
    underWay[0] = 0;
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
