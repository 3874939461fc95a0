// The thread that makes all writes. Between batches it updates the background indexes.

import type { EventQuery } from '../../../query/event-query';
import type { EventBatch } from '../../event-batch';
import type { Change, PurgeOutcome } from '../../event-change';
import type { RetentionRun } from '../../retention';
import { toStoreError } from '../../store-error';
import { serveThread, threadData } from '../../threads/thread-server';
import type { Database } from '../connection';
import { openForWriting } from '../database';
import { FileGuard, type GuardedFile } from '../file/file-guard';
import { IndexFollower } from '../index-follower';
import type { RejectLimits } from '../reject-table';
import { TargetTable } from '../target-table';
import { TokenTable } from '../token-table';
import { Writer } from '../writer';

/** The data that the thread is started with. */
export interface WriterThreadData {
  readonly guarded: GuardedFile;
  readonly limits: RejectLimits;
}

export type WriterHandlers = ReturnType<typeof createHandlers>;

/** What the handlers work with besides the writer. */
interface HandledParts {
  readonly tokens: TokenTable;
  readonly targets: TargetTable;
  readonly follower: IndexFollower;
  readonly hasCall: () => boolean;
}

// A purge waits this long for the bytes to be erased; the rest happens in the background.
const eraseWithinMs = 150;

function createHandlers(writer: Writer, { tokens, targets, follower, hasCall }: HandledParts) {
  const purge = (id: number, change: Change): PurgeOutcome => {
    const kind = writer.purge(id, change);
    if (kind === 'missing') return { kind };
    const endsAt = performance.now() + eraseWithinMs;
    while (writer.isErasing && performance.now() < endsAt && !hasCall()) if (!writer.erase()) break;
    return { kind, isErased: !writer.isErasing };
  };
  return {
    /** Answers when the file is open. */
    open: () => true,
    append: (batch: EventBatch) => writer.append(batch),
    forget: (id: number) => writer.forget(id),
    tryCommit: () => writer.tryCommit(),
    edit: writer.edit.bind(writer),
    remove: writer.remove.bind(writer),
    removeAll: writer.removeAll.bind(writer),
    restore: writer.restore.bind(writer),
    moveMark: writer.moveMark.bind(writer),
    purge,
    prune: (query: EventQuery, ids: Float64Array) => writer.prune(query, ids, hasCall),
    pruneDeleted: writer.pruneDeleted.bind(writer),
    retention: (systemMs: number) => writer.retain((step) => step.state(systemMs)),
    setRetentionClock: (clockMs: number) => writer.retain((step) => step.setClock(clockMs)),
    finishRetention: (run: RetentionRun) => writer.retain((step) => step.finish(run)),
    tokens: tokens.all.bind(tokens),
    addToken: tokens.add.bind(tokens),
    revokeToken: tokens.revoke.bind(tokens),
    targets: targets.all.bind(targets),
    stepTarget: targets.step.bind(targets),
    remoteId: targets.remoteId.bind(targets),
    undelivered: targets.undelivered.bind(targets),
    undeliveredMessage: targets.message.bind(targets),
    settleUndelivered: targets.settle.bind(targets),
    /** Rejects when another server has opened the file, or when it is gone. */
    verify: () => writer.verify(),
    close: () => {
      follower.stop();
      writer.close();
    },
  };
}

const { guarded, limits } = threadData<WriterThreadData>();
const { file } = guarded;

// From here on no other server commits. If the disk is full, the first stored batch claims the file.
function claim(db: Database, writer: Writer): void {
  try {
    writer.transact(() => {});
    // The mark is written to the file itself, so that a backup copied over it is noticed.
    db.pragma('wal_checkpoint(PASSIVE)');
  } catch (error) {
    // A file with an older schema has to be migrated first.
    if (toStoreError(error, file).code !== 'DATABASE_FULL' || !writer.hasSpans) throw error;
  }
}

serveThread(
  (error) => toStoreError(error, file),
  (hasCall) => {
    const db = openForWriting(file);
    const writer = new Writer(db, limits, new FileGuard(db, guarded));
    claim(db, writer);
    const tables = { tokens: new TokenTable(db, writer), targets: new TargetTable(db, writer) };
    const follower = new IndexFollower(writer, hasCall);
    return { handlers: createHandlers(writer, { ...tables, follower, hasCall }), background: follower };
  },
);
