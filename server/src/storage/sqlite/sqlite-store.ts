// The embedded store: one SQLite file, one writer thread, some reader threads. All disk access is in the threads.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore } from '../../answers/event-store';
import { createQuestions } from '../../answers/questions';
import { StoreError, toStoreError } from '../store-error';
import { isDoneWithin } from '../threads/done-within';
import { ReaderPool } from '../threads/reader-pool';
import { type SnapshotHandlers, Snapshots } from '../threads/snapshots';
import { Thread, type ThreadDeath, type ThreadOptions } from '../threads/thread';
import type { Handlers } from '../threads/thread-server';
import { inspectDatabase, openForWriting } from './database';
import { DatabaseHold } from './file/database-hold';
import { SecondLook } from './file/second-look';
import { type IntegrityOptions, IntegrityWatch, structuralFault } from './integrity/watch';
import type { RejectLimits } from './reject-table';
import type { ReaderHandlers, ReaderThreadData } from './threads/reader-thread';
import type { WriterHandlers, WriterThreadData } from './threads/writer-thread';

/** The options of an SQLite store. */
export interface SqliteStoreOptions {
  /** The database file; created, with its folder, if it is missing. */
  readonly file: string;
  readonly readers: number;
  readonly limits: RejectLimits;
  /** Called for a fault after which the store must not be used, such as a damaged file. */
  readonly onFatal: (error: StoreError) => void;
  /** Called when a thread died; a new one takes its place. */
  readonly onThreadDeath: (thread: ThreadName, death: ThreadDeath) => void;
  /** Heap of each thread in MiB; see `thread.ts`. */
  readonly threadHeapMb?: number | undefined;
  /** Called with files of the database that every user can read, because another user owns them. */
  readonly onReadable?: (files: readonly string[]) => void;
  /** The schedule of background checks; no checks when it is missing. */
  readonly integrity?: IntegrityOptions;
}

/** The threads of a store, by purpose. */
export type ThreadName = 'reader' | 'writer' | 'snapshot';

// A file up to this size in bytes is checked before the server starts to serve; a larger one is checked while it
// serves.
const maxCheckedBytes = 33_554_432;
const maxCheckMs = 150;

/**
 * Opens the store: takes the file's lock, checks that the file is ours, intact and not newer, and migrates its schema.
 * If any of that fails, rejects with a `StoreError` and leaves the file unchanged.
 */
export async function openSqliteStore(given: SqliteStoreOptions): Promise<EventStore> {
  const hold = new DatabaseHold(given.file);
  const { file } = hold;
  const { onReadable = () => {} } = given;
  const integrity = watchIntegrity(file, given);
  const look = new SecondLook(file, given.onFatal, () => integrity.checkSoon());
  const onFatal = (error: StoreError): void => void look.judge(error);
  const options = { ...given, file, onFatal };
  const threads: { close(): Promise<void> }[] = [];
  try {
    if (hold.isEmpty) openForWriting(file).close();
    else inspectDatabase(file);
    const readable = hold.keepOpen();
    if (readable.length > 0) onReadable(readable);
    const readers = Array.from({ length: options.readers }, () =>
      startThread<ReaderHandlers>('reader', { file } satisfies ReaderThreadData, options),
    );
    threads.push(...readers);
    await check(file, readers, onFatal);
    const writerData: WriterThreadData = { guarded: hold.guarded, limits: options.limits };
    const writer = startThread<WriterHandlers>('writer', writerData, options);
    threads.unshift(writer);
    await writer.call('open');
    hold.watch(() => writer.call('verify'), onFatal);
    return assemble(options, hold, { writer, readers, look, integrity });
  } catch (error) {
    await Promise.allSettled([integrity.stop(), ...threads.map((thread) => thread.close())]);
    hold.close();
    throw withoutRoom(
      error instanceof StoreError ? await new SecondLook(file, () => {}).judge(error) : error,
    );
  }
}

function watchIntegrity(file: string, { integrity, onFatal }: SqliteStoreOptions): IntegrityWatch {
  const { onChecked, ...schedule }: IntegrityOptions = integrity ?? {
    intervalMs: 0,
    delayMs: 0,
    clock: Date.now,
    onChecked: () => {},
  };
  return new IntegrityWatch(file, {
    ...schedule,
    onChecked: (outcome) => {
      onChecked(outcome);
      const cause = structuralFault(outcome);
      if (cause !== null) onFatal(new StoreError('DATABASE_DAMAGED', { file, cause }));
    },
  });
}

// No request exists yet that could be sent again.
function withoutRoom(error: unknown): unknown {
  const isFull = error instanceof StoreError && error.code === 'DATABASE_FULL';
  return isFull ? new StoreError('DATABASE_NO_ROOM', error.facts) : error;
}

function startThread<H extends Handlers>(
  name: ThreadName,
  data: unknown,
  { file, threadHeapMb, onFatal, onThreadDeath }: SqliteStoreOptions,
): Thread<H> {
  const options: ThreadOptions = {
    explain: (error) => toStoreError(error, file),
    data,
    heapMb: threadHeapMb,
    failure: name === 'writer' ? 'WRITER_DIED' : 'THREAD_DIED',
    onFatal,
    onDeath: (death) => onThreadDeath(name, death),
  };
  return new Thread<H>(join(__dirname, `threads/${name}-thread.js`), options);
}

async function check(
  file: string,
  readers: readonly Thread<ReaderHandlers>[],
  onFatal: (error: StoreError) => void,
): Promise<void> {
  const checked = new ReaderPool(readers).leastBusy().call('check');
  if (statSync(file).size <= maxCheckedBytes) return checked;
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<'enough'>((resolve) => {
    timer = setTimeout(resolve, maxCheckMs, 'enough');
  });
  const first = await Promise.race([checked, enough]);
  clearTimeout(timer);
  if (first === 'enough') {
    checked.catch((error: StoreError) => {
      if (error.isFatal) onFatal(error);
    });
  }
}

interface Parts {
  readonly writer: Thread<WriterHandlers>;
  readonly readers: readonly Thread<ReaderHandlers>[];
  readonly look: SecondLook;
  readonly integrity: IntegrityWatch;
}

function assemble(
  options: SqliteStoreOptions,
  hold: DatabaseHold,
  { writer, readers, look, integrity }: Parts,
): EventStore {
  const { file } = options;
  let closing: Promise<boolean> | undefined;
  let readingEnded: Promise<unknown> | undefined;
  const snapshots = new Snapshots(() =>
    startThread<SnapshotHandlers>('snapshot', { file } satisfies ReaderThreadData, options),
  );

  // A damaged file ends the server, wherever the damage shows first.
  const watch = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch(async (error: StoreError) => {
      throw error.isFatal ? await look.judge(error) : error;
    });
  const pool = new ReaderPool(readers);
  // Nothing is written to a file while it may be damaged.
  const whenSound =
    (call: Thread<WriterHandlers>['call']): Thread<WriterHandlers>['call'] =>
    (method, ...args) =>
      watch(look.settled?.then(() => call(method, ...args)) ?? call(method, ...args));
  const write = whenSound(writer.call);
  const writeFirst = whenSound(writer.callFirst);

  const closeFiles = async (readingHasEnded: Promise<unknown>): Promise<void> => {
    hold.stopWatching();
    await Promise.all([integrity.stop(), look.stop()]);
    // A file that belongs to another server now is left unchanged.
    await writer.call('verify').catch((error: StoreError) => {
      if (error.isDisplaced) throw error;
    });
    await readingHasEnded;
    // The writer closes last: the last connection folds the write-ahead log into the file.
    hold.release();
    await writer.close();
  };

  const listeners = new Set<() => void>();
  // A writer that died may have committed before.
  const commit = async <T>(written: Promise<T>): Promise<T> => {
    try {
      return await written;
    } finally {
      for (const listener of listeners) listener();
    }
  };

  const killReading = (): Promise<unknown> => Promise.all([snapshots, ...readers].map((one) => one.kill()));

  return {
    ...createQuestions(pool, watch),
    append: (batch, mayOvertake = false) => commit((mayOvertake ? writeFirst : write)('append', batch)),
    edit: (...change) => commit(writeFirst('edit', ...change)),
    remove: (...change) => commit(writeFirst('remove', ...change)),
    removeAll: (...change) => commit(write('removeAll', ...change)),
    restore: (id, change) => commit(writeFirst('restore', id, change)),
    purge: (id, change) => commit(write('purge', id, change)),
    moveMark: (...move) => commit(writeFirst('moveMark', ...move)),
    forget: (id) => writeFirst('forget', id),
    tryCommit: () => writeFirst('tryCommit'),
    tokens: {
      all: () => writeFirst('tokens'),
      add: (token, isFirst) => writeFirst('addToken', token, isFirst),
      revoke: (id, revokedAt) => writeFirst('revokeToken', id, revokedAt),
      // No other server uses the file.
      onChange: () => {},
      whenCurrent: () => null,
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
      prune: (query, ids) => commit(write('prune', query, ids)),
      pruneDeleted: (query, after) => commit(write('pruneDeleted', query, after)),
      finish: (run) => write('finishRetention', run),
    },
    onCommit: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    integrity: () => integrity.integrity,
    bytes: () => bytesOf(file) + bytesOf(`${file}-wal`),
    snapshot: (query, target, signal) => watch(snapshots.write(query, target, signal)),
    endReading: () => {
      readingEnded ??= killReading();
    },
    close: (withinMs = Number.POSITIVE_INFINITY) => {
      closing ??= (async () => {
        readingEnded ??= killReading();
        const isWhole = await isDoneWithin(withinMs, closeFiles(readingEnded));
        // The end of the process releases the lock of a thread that is still working.
        if (isWhole) hold.close();
        else void writer.kill();
        return isWhole;
      })();
      return closing;
    },
  };
}

function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
