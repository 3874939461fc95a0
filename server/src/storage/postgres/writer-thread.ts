// The thread that makes all writes of this server. Between them it counts events.

import type { EventQuery } from '../../query/event-query';
import type { EventBatch, EventKey } from '../event-batch';
import type { Change, EventPatch, FoundEvents, WantedStates } from '../event-change';
import { serveThread, threadData } from '../threads/thread-server';
import type { RejectLimits } from './append';
import { Counting } from './counting';
import { fromPostgres } from './postgres-error';
import type { SessionOptions } from './sessions';
import { TargetTable } from './target-table';
import { TokenTable } from './token-table';
import { Writer } from './writer';

/** The data that the thread is started with. */
export interface WriterThreadData {
  readonly options: Omit<SessionOptions, 'onRepeat'>;
  readonly limits: RejectLimits;
}

/** The outcome of a change, and the id of the last change that this server has committed. */
export interface Changed<T> {
  readonly outcome: T;
  readonly lastChange: number;
}

export type WriterHandlers = ReturnType<typeof createHandlers>;

function createHandlers({ options, limits }: WriterThreadData) {
  const writer = new Writer(options, limits);
  const tokens = new TokenTable(writer.sessions);
  const targets = new TargetTable(writer.sessions);
  const counting = new Counting(options);
  const counted = <T>(written: Promise<T>): Promise<T> => {
    counting.wake();
    return written;
  };
  const changed = async <T>(written: Promise<T>): Promise<Changed<T>> => {
    const outcome = await written;
    return { outcome, lastChange: writer.lastChange };
  };
  return {
    /** Answers when the schema is up to date. */
    open: async () => {
      await writer.open();
      counting.wake();
    },
    append: (batch: EventBatch) => counted(writer.append(batch)),
    edit: (id: number, patch: EventPatch, change: Change, wanted: WantedStates) =>
      changed(writer.edit(id, patch, change, wanted)),
    remove: (id: number, change: Change, wanted: WantedStates) => changed(writer.remove(id, change, wanted)),
    removeAll: (query: EventQuery, found: FoundEvents, expected: number, change: Change) =>
      changed(writer.removeAll(query, found, expected, change)),
    restore: (id: number, change: Change) => changed(writer.restore(id, change)),
    moveMark: (key: EventKey, time: number | null, at: number) => changed(writer.moveMark(key, time, at)),
    purge: (id: number, change: Change) => changed(writer.purge(id, change)),
    forget: (id: number) => writer.forget(id),
    tryCommit: () => writer.tryCommit(),
    prune: (query: EventQuery, ids: Float64Array) => changed(writer.prune(query, ids)),
    pruneDeleted: (query: EventQuery, after: number) => changed(writer.pruneDeleted(query, after)),
    retention: (systemMs: number) => writer.retention(systemMs),
    setRetentionClock: (clockMs: number) => writer.setRetentionClock(clockMs),
    finishRetention: writer.finishRetention.bind(writer),
    tokens: () => tokens.all(),
    addToken: tokens.add.bind(tokens),
    revokeToken: tokens.revoke.bind(tokens),
    targets: () => targets.all(),
    stepTarget: targets.step.bind(targets),
    remoteId: targets.remoteId.bind(targets),
    undelivered: targets.undelivered.bind(targets),
    undeliveredMessage: targets.message.bind(targets),
    settleUndelivered: targets.settle.bind(targets),
    close: async () => {
      await counting.stop();
      await writer.close();
    },
  };
}

const data = threadData<WriterThreadData>();
serveThread(
  (error) => fromPostgres(error, data.options.shown),
  () => ({ handlers: createHandlers(data) }),
);
