// The embedded store: one SQLite file, one writer thread, some reader threads. Never touches the disk itself.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { inspectDatabase, openForWriting } from './database';
import { DatabaseHold } from './database-hold';
import type { EventStore } from './event-store';
import { type IntegrityOptions, IntegrityWatch, structuralFault } from './integrity/watch';
import type { LedgerLimits } from './ledger';
import { ReaderPool } from './reader-pool';
import type { ReaderHandlers, ReaderThreadData } from './reader-thread';
import { SecondLook } from './second-look';
import type { SnapshotHandlers } from './snapshot-thread';
import { StoreError } from './store-error';
import { Thread, type ThreadDeath, type ThreadOptions } from './thread';
import type { Handlers } from './thread-server';
import type { WriterHandlers, WriterThreadData } from './writer-thread';

/** How to open an SQLite store. */
export interface SqliteStoreOptions {
  /** The database file; made, with its folder, where there is none. */
  readonly file: string;
  readonly readers: number;
  readonly limits: LedgerLimits;
  /** Hears of a fault after which the store must not be used, such as a damaged file. */
  readonly onFatal: (error: StoreError) => void;
  /** Hears of threads that died; new ones take their places. */
  readonly onThreadDeath: (thread: ThreadName, death: ThreadDeath) => void;
  /** Heap of each thread in MiB; see `thread.ts`. */
  readonly threadHeapMb?: number | undefined;
  /** Hears of files of the database that every user may read, because their owner is another user. */
  readonly onReadable?: (files: readonly string[]) => void;
  /** How the file is checked in the background; it is not where this is left out. */
  readonly integrity?: IntegrityOptions;
}

/** The threads of a store, by what they do. */
export type ThreadName = 'reader' | 'writer' | 'snapshot';

// A file of so many bytes is checked before anything is served; of a larger one, the check may go on meanwhile.
const maxCheckedBytes = 33_554_432;
const maxCheckMs = 400;

/**
 * Opens the store: takes the file's lock, looks whether it is ours, sound and not newer, and brings its schema
 * up to date. Rejects with a `StoreError` and leaves the file as it was when any of that fails.
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

// Nothing was sent yet that could be sent again.
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
    file,
    data,
    heapMb: threadHeapMb,
    failure: name === 'writer' ? 'WRITER_DIED' : 'THREAD_DIED',
    onFatal,
    onDeath: (death) => onThreadDeath(name, death),
  };
  return new Thread<H>(join(__dirname, `${name}-thread.js`), options);
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
  const snapshots = new Set<Thread<SnapshotHandlers>>();

  // A damaged file ends the server, wherever the damage shows first.
  const watch = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch(async (error: StoreError) => {
      throw error.isFatal ? await look.judge(error) : error;
    });
  const pool = new ReaderPool(readers);
  // Nothing is written to a file while it may be damaged.
  const write: Thread<WriterHandlers>['call'] = (method, ...args) =>
    watch(look.settled?.then(() => writer.call(method, ...args)) ?? writer.call(method, ...args));
  const read: Thread<ReaderHandlers>['call'] = (method, ...args) =>
    watch(pool.leastBusy().call(method, ...args));

  const closeFiles = async (readingHasEnded: Promise<unknown>): Promise<void> => {
    hold.stopWatching();
    await Promise.all([integrity.stop(), look.stop()]);
    // What is another's by now is left as it is.
    await writer.call('verify').catch((error: StoreError) => {
      if (error.isDisplaced) throw error;
    });
    await readingHasEnded;
    // The writer closes last: the last connection folds the write-ahead log into the file.
    hold.release();
    await writer.close();
  };

  return {
    integrity: () => integrity.integrity,
    append: (batch) => write('append', batch),
    forget: (id) => write('forget', id),
    edit: (...change) => write('edit', ...change),
    remove: (...change) => write('remove', ...change),
    removeAll: (...change) => write('removeAll', ...change),
    restore: (id, change) => write('restore', id, change),
    history: (event, after) => read('history', event, after),
    newestHistory: (event) => read('newestHistory', event),
    tokens: {
      all: () => write('tokens'),
      add: (token) => write('addToken', token),
      revoke: (id, revokedAt) => write('revokeToken', id, revokedAt),
    },
    event: (id) => read('event', id),
    page: async (query, format, limit, after) => {
      const page = await watch(pool.forList(query).call('page', query, format, limit, after));
      if (page.next !== null && page.count < limit) pool.endedEarly(query);
      return page;
    },
    groupedPage: (query, grouping, format, limit, after) =>
      watch(pool.forWhole(query).call('groupedPage', query, grouping, format, limit, after)),
    groupOf: (query, grouping, event) => read('groupOf', query, grouping, event),
    report: (query, periods, format) => read('report', query, periods, format),
    illustratedReport: (query, periods, days) => read('illustratedReport', query, periods, days),
    spanPage: (query, format, now, limit, after) => read('spanPage', query, format, now, limit, after),
    spans: (query, limit, after) => read('spans', query, limit, after),
    span: (id) => read('span', id),
    suspects: (id, query, options) => read('suspects', id, query, options),
    followers: (id, query, options) => read('followers', id, query, options),
    ids: async (query, limit, after) => {
      const found = await watch(pool.forList(query).call('ids', query, limit, after));
      if (found.next !== null && found.ids.length < limit) pool.endedEarly(query);
      return found;
    },
    news: async (query, afterId, limit) => {
      const news = await watch(pool.forList(query).call('news', query, afterId, limit));
      if (!news.isAll && news.events.length < limit) pool.endedEarly(query);
      return news;
    },
    spanNews: (query, after) => read('spanNews', query, after),
    position: () => read('position'),
    changesAfter: (id, limit) => read('changesAfter', id, limit),
    snapshot: async (query, target, signal) => {
      const thread = startThread<SnapshotHandlers>('snapshot', { file } satisfies ReaderThreadData, options);
      snapshots.add(thread);
      const abort = (): void => void thread.kill();
      signal.addEventListener('abort', abort, { once: true });
      try {
        return await watch(thread.call('write', query, target));
      } finally {
        signal.removeEventListener('abort', abort);
        snapshots.delete(thread);
        await thread.kill();
      }
    },
    countBySecond: async (query) => toMap(await read('countBySecond', query)),
    counts: (query, unitMs, by) => watch(pool.forWhole(query).call('counts', query, unitMs, by)),
    countsBetween: (query, bounds, by) =>
      watch(pool.forWhole(query).call('countsBetween', query, bounds, by)),
    names: (kind, prefix, limit) => read('names', kind, prefix, limit),
    types: (prefix, limit) => read('types', prefix, limit),
    tags: (prefix, limit) => read('tags', prefix, limit),
    ledger: (limit, before) => read('ledger', limit, before),
    ledgerEntry: (id) => read('ledgerEntry', id),
    statistics: async () => ({
      ...(await read('statistics')),
      bytes: bytesOf(file) + bytesOf(`${file}-wal`),
    }),
    endReading: () => {
      readingEnded ??= Promise.all([...snapshots, ...readers].map((thread) => thread.kill()));
    },
    close: (withinMs = Number.POSITIVE_INFINITY) => {
      closing ??= (async () => {
        readingEnded ??= Promise.all([...snapshots, ...readers].map((thread) => thread.kill()));
        const isWhole = await isDoneWithin(withinMs, closeFiles(readingEnded));
        // The end of the process lets go of the lock of a thread that is still at work.
        if (isWhole) hold.close();
        else void writer.kill();
        return isWhole;
      })();
      return closing;
    },
  };
}

async function isDoneWithin(ms: number, done: Promise<unknown>): Promise<boolean> {
  if (ms === Number.POSITIVE_INFINITY) return done.then(() => true);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  return Promise.race([done.then(() => true), late]).finally(() => clearTimeout(timer));
}

function toMap(pairs: Float64Array): Map<number, number> {
  const map = new Map<number, number>();
  for (let i = 0; i < pairs.length; i += 2) map.set(pairs[i] ?? 0, pairs[i + 1] ?? 0);
  return map;
}

function bytesOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
