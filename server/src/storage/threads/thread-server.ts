// The thread's side of calls: processes them one at a time, synchronously or not. Independent of databases.

import { parentPort, receiveMessageOnPort, type TransferListItem, workerData } from 'node:worker_threads';
import type { StoreError, StoreErrorCode } from '../store-error';
import { type OrderedCall, WaitingCalls } from './waiting-calls';

/** A call, as it is sent to the thread. */
export interface Call extends OrderedCall {
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

/** The methods of a thread, by name. */
export type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** The data that every thread is started with. */
export interface ThreadData {
  /** The data for its script. */
  readonly data: unknown;
  /** Where it writes the id of the current call, and 0 when it has answered. */
  readonly underWay: Int32Array;
}

/** What a thread does besides its calls, in steps of some milliseconds. */
export interface Background {
  /** Milliseconds from now until the next step; null when nothing is left to do. */
  readonly pauseMs: number | null;
  /** Whether a step must run before calls that may not overtake. */
  readonly isOverdue: boolean;
  step(): void;
  /** Called when a call was answered. */
  afterCall(): void;
}

const noBackground: Background = { pauseMs: null, isOverdue: false, step: () => {}, afterCall: () => {} };

/** The data for the script of this thread. */
export function threadData<T>(): T {
  return (workerData as ThreadData).data as T;
}

/**
 * Answers the calls of the thread that started this one. `start` opens what the handlers need; if it throws, the caller
 * gets that as the reason why the thread could not start. `explain` turns errors into those of the store. A step of the
 * background can ask whether a call has arrived.
 */
export function serveThread(
  explain: (error: unknown) => StoreError,
  start: (hasCall: () => boolean) => { handlers: Handlers; background?: Background },
): void {
  const port = parentPort;
  if (!port) throw new Error('serveThread runs in a worker thread only');
  const { underWay } = workerData as ThreadData;
  const fail = (id: number | null, error: unknown): void => {
    // Errors of native code lose their message between threads: facts are sent instead.
    const { code, facts } = explain(error);
    port.postMessage({ id, ok: false, code, facts } as Reply);
  };
  const calls = new WaitingCalls<Call>();
  const hasCall = (): boolean => {
    for (let one = receiveMessageOnPort(port); one !== undefined; one = receiveMessageOnPort(port))
      calls.add(one.message as Call);
    return calls.size > 0;
  };
  let served: ReturnType<typeof start>;
  try {
    served = start(hasCall);
  } catch (error) {
    fail(null, error);
    return;
  }
  const { handlers, background = noBackground } = served;
  const succeed = (id: number, value: unknown): void =>
    port.postMessage({ id, ok: true, value } satisfies Reply, transferable(value));
  let isBusy = false;
  const next = (): Call | undefined => {
    while (hasCall() && !calls.hasFirst && background.isOverdue) background.step();
    return calls.take();
  };
  let pause: NodeJS.Timeout | undefined;
  const plan = (): void => {
    const { pauseMs } = background;
    clearTimeout(pause);
    if (pauseMs === null) return;
    pause = setTimeout(() => {
      // The step may have received a call.
      if (!isBusy) background.step();
      if (!isBusy) answerNext();
      plan();
    }, pauseMs);
  };
  const end = (): void => {
    isBusy = false;
    underWay[0] = 0;
    background.afterCall();
    plan();
  };
  const answerNext = (): void => {
    for (let call = next(); call !== undefined; call = isBusy ? undefined : next()) {
      const { id, method, args } = call;
      underWay[0] = id;
      isBusy = true;
      try {
        const value = (handlers[method] as (...args: readonly unknown[]) => unknown)(...args);
        if (value instanceof Promise) {
          void value
            .then((result) => succeed(id, result))
            .catch((error) => fail(id, error))
            .finally(() => {
              end();
              answerNext();
            });
          return;
        }
        succeed(id, value);
      } catch (error) {
        fail(id, error);
      }
      end();
    }
  };
  port.on('message', (call: Call) => {
    calls.add(call);
    if (!isBusy) answerNext();
  });
  plan();
}

// Buffers of an answer are transferred, not copied.
function transferable(value: unknown): TransferListItem[] {
  if (typeof value !== 'object' || value === null) return [];
  const buffers = new Set<ArrayBuffer>();
  for (const part of ArrayBuffer.isView(value) ? [value] : Object.values(value)) {
    if (ArrayBuffer.isView(part) && part.buffer instanceof ArrayBuffer) buffers.add(part.buffer);
  }
  return [...buffers];
}
