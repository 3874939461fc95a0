// The store in PostgreSQL: a thread that writes, threads that read, and a poll for the commits of other servers.

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore } from '../../answers/event-store';
import { type PostgresAddress, parsePostgresAddress, shownDatabase } from '../../postgres-address';
import type { BatchReceipt } from '../event-batch';
import { StoreError } from '../store-error';
import { isDoneWithin } from '../threads/done-within';
import { Thread, type ThreadDeath } from '../threads/thread';
import type { StoredToken } from '../token-store';
import type { RejectLimits } from './append';
import { leaseMs, Poll, type Seen } from './poll';
import { fromPostgres } from './postgres-error';
import { startReading } from './reading';
import type { Changed, WriterHandlers, WriterThreadData } from './writer-thread';

/** The options of a store in PostgreSQL. */
export interface PostgresStoreOptions {
  /** The address of the database; its schema is created if it is missing. */
  readonly database: string;
  /** The password of the address, unless it has one. */
  readonly password?: string | null;
  readonly readers: number;
  readonly limits: RejectLimits;
  /** Called for a fault after which the store must not be used: a newer program has migrated the schema. */
  readonly onFatal: (error: StoreError) => void;
  /** Called when a thread died; a new one takes its place. */
  readonly onThreadDeath: (thread: 'reader' | 'writer' | 'snapshot', death: ThreadDeath) => void;
  /** Heap of each thread in MiB; see `thread.ts`. */
  readonly threadHeapMb?: number | undefined;
  /** For how long a write is repeated while the database cannot be reached, in milliseconds; default 10,000. */
  readonly patienceMs?: number;
}

const defaultPatienceMs = 10_000;
// A little more, because clocks of machines do not run equally fast.
const fenceMs = leaseMs + 50;

/** Opens the store. Rejects with a `StoreError` when the database cannot be reached or used. */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<EventStore> {
  const { database, password = null, readers, limits, threadHeapMb, onThreadDeath } = options;
  const shown = shownDatabase(database);
  const address = addressOf(database, shown);
  const session = { address, password, shown, patienceMs: options.patienceMs ?? defaultPatienceMs };
  const explain = (error: unknown): StoreError => fromPostgres(error, shown);
  const writer = new Thread<WriterHandlers>(join(__dirname, 'writer-thread.js'), {
    explain,
    data: { options: session, limits } satisfies WriterThreadData,
    heapMb: threadHeapMb,
    failure: 'WRITER_DIED',
    onDeath: (death) => onThreadDeath('writer', death),
    onFatal: options.onFatal,
  });
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const tokenListeners = new Set<(tokens: readonly StoredToken[]) => void>();
  const poll = new Poll(session, {
    committed: notify,
    tokensChanged: (tokens) => {
      for (const listener of tokenListeners) listener(tokens);
    },
  });
  try {
    await writer.call('open');
    await poll.start();
  } catch (error) {
    await Promise.allSettled([poll.stop(), writer.kill()]);
    throw explain(error);
  }
  const reading = startReading({ address, password, shown, readers, threadHeapMb, onThreadDeath });
  return assemble({ options, shown, writer, poll, reading, listeners, notify, tokenListeners });
}

function addressOf(database: string, shown: string): PostgresAddress {
  const address = parsePostgresAddress(database);
  if (typeof address !== 'string') return address;
  throw new StoreError('DATABASE_UNSUITABLE', { file: shown, cause: address });
}

interface Parts {
  readonly options: PostgresStoreOptions;
  readonly shown: string;
  readonly writer: Thread<WriterHandlers>;
  readonly poll: Poll;
  readonly reading: ReturnType<typeof startReading>;
  readonly listeners: Set<() => void>;
  readonly notify: () => void;
  readonly tokenListeners: Set<(tokens: readonly StoredToken[]) => void>;
}

function assemble({
  options,
  shown,
  writer,
  poll,
  reading,
  listeners,
  notify,
  tokenListeners,
}: Parts): EventStore {
  let closing: Promise<boolean> | undefined;
  let readingEnded: Promise<void> | undefined;
  let isFatal = false;
  const watch = <T>(written: Promise<T>): Promise<T> =>
    written.catch((error: StoreError) => {
      if (error.code === 'DATABASE_NEWER' && !isFatal) {
        isFatal = true;
        options.onFatal(error);
      }
      throw error;
    });
  // An attempt that failed may have been committed.
  const commit = async <T>(
    written: Promise<T>,
    idsOf: (answer: T) => Partial<Pick<Seen, 'event' | 'change'>>,
  ): Promise<T> => {
    poll.beginOwn();
    let ids: ReturnType<typeof idsOf> = {};
    try {
      const answer = await watch(written);
      ids = idsOf(answer);
      return answer;
    } finally {
      poll.endOwn(ids);
      notify();
    }
  };
  const change = async <T>(written: Promise<Changed<T>>): Promise<T> =>
    (await commit(written, ({ lastChange }) => ({ change: lastChange }))).outcome;
  const { call, callFirst } = writer;
  const write: typeof call = (method, ...args) => watch(call(method, ...args));
  const writeFirst: typeof call = (method, ...args) => watch(callFirst(method, ...args));
  const endReading = (): Promise<void> => {
    readingEnded ??= reading.end();
    return readingEnded;
  };
  return {
    ...reading.answers,
    append: (batch, mayOvertake = false) =>
      commit((mayOvertake ? callFirst : call)('append', batch), (receipt) => ({ event: lastId(receipt) })),
    edit: (...args) => change(callFirst('edit', ...args)),
    remove: (...args) => change(callFirst('remove', ...args)),
    removeAll: (...args) => change(call('removeAll', ...args)),
    restore: (...args) => change(callFirst('restore', ...args)),
    purge: (...args) => change(call('purge', ...args)),
    moveMark: (...args) => change(callFirst('moveMark', ...args)),
    forget: (id) => writeFirst('forget', id),
    tryCommit: () => writeFirst('tryCommit'),
    tokens: {
      all: () => writeFirst('tokens'),
      // The other servers know of a change when they have polled since.
      add: async (token, isFirst) => {
        const id = await writeFirst('addToken', token, isFirst);
        if (id !== null && isFirst) await sleep(fenceMs);
        return id;
      },
      revoke: async (id, revokedAt) => {
        await writeFirst('revokeToken', id, revokedAt);
        await sleep(fenceMs);
      },
      onChange: (listener) => void tokenListeners.add(listener),
      whenCurrent: () =>
        poll.whenCurrent()?.catch((error) => {
          throw fromPostgres(error, shown);
        }) ?? null,
    },
    targets: {
      all: () => writeFirst('targets'),
      step: (step) => writeFirst('stepTarget', step),
      remoteId: (target, subject) => writeFirst('remoteId', target, subject),
      undelivered: (afterId, limit) => writeFirst('undelivered', afterId, limit),
      message: (id) => writeFirst('undeliveredMessage', id),
      settle: (id, remote) => writeFirst('settleUndelivered', id, remote),
    },
    retention: {
      state: (systemMs) => write('retention', systemMs),
      setClock: (clockMs) => write('setRetentionClock', clockMs),
      prune: (query, ids) => change(call('prune', query, ids)),
      pruneDeleted: (query, after) => change(call('pruneDeleted', query, after)),
      finish: (run) => write('finishRetention', run),
    },
    onCommit: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    // PostgreSQL checks its pages when it reads them.
    integrity: () => ({ status: 'unchecked', checkedAt: null, findings: [] }),
    bytes: () => poll.bytes,
    snapshot: reading.snapshot,
    endReading: () => void endReading(),
    close: (withinMs = Number.POSITIVE_INFINITY) => {
      closing ??= (async () => {
        const ended = Promise.all([endReading(), poll.stop(), writer.close()]);
        const isWhole = await isDoneWithin(withinMs, ended);
        if (!isWhole) void writer.kill();
        return isWhole;
      })();
      return closing;
    },
  };
}

function lastId({ ids, fresh }: BatchReceipt): number {
  let last = 0;
  for (let i = 0; i < ids.length; i++) if (fresh[i] === 1) last = Math.max(last, ids[i] as number);
  return last;
}
