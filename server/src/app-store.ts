// Opens the store of a server from its settings, and logs its checks and faults.

import type { EventStore } from './answers/event-store';
import type { Logger } from './log';
import type { Metrics } from './metrics';
import { isPostgresAddress } from './postgres-address';
import { readSettingFile } from './setting-file';
import type { Settings } from './settings';
import type { CheckOutcome } from './storage/sqlite/integrity/check';
import { describeFinding } from './storage/sqlite/integrity/findings';
import { openSqliteStore, type ThreadName } from './storage/sqlite/sqlite-store';
import type { StoreError } from './storage/store-error';
import type { ThreadDeath } from './storage/threads/thread';

/** The options of the store. */
export interface StoreOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  /** Called for an error after which the server must end. */
  readonly onFatal: (error: StoreError) => void;
  /** Milliseconds between the start and the first check of the database; default 10,000. */
  readonly checkDelayMs?: number;
  readonly clock?: () => number;
  /** Heap of each thread of the store in MiB, for tests of the out-of-memory behaviour. */
  readonly threadHeapMb?: number;
}

/** Opens the store. Rejects with a `StoreError`; no thread is running then. */
export function openStore(
  { settings, logger, onFatal, clock = Date.now, checkDelayMs = 10_000, threadHeapMb }: StoreOptions,
  metrics: Metrics,
): Promise<EventStore> {
  const common = {
    readers: settings.readers,
    limits: { maxRejects: settings['max-rejects'], maxRejectBytes: settings['max-reject-bytes'] },
    threadHeapMb,
    onFatal,
    onThreadDeath: (thread: ThreadName, { cause, method, pauseMs }: ThreadDeath): void => {
      metrics.threadDied(thread);
      logger.error(
        { thread, method, code: cause.code, err: cause, pauseMs },
        'a thread of the store died; a new one starts',
      );
    },
  };
  if (isPostgresAddress(settings.database)) {
    // Loaded only when it is used.
    const { openPostgresStore } =
      require('./storage/postgres/postgres-store') as typeof import('./storage/postgres/postgres-store');
    const file = settings['database-password-file'];
    const password =
      file === '' ? null : readSettingFile('database-password-file', file).replace(/\r?\n$/, '');
    return openPostgresStore({ ...common, database: settings.database, password });
  }
  return openSqliteStore({
    ...common,
    file: settings.database,
    integrity: {
      intervalMs: settings['check-interval-hours'] * 3_600_000,
      delayMs: checkDelayMs,
      clock,
      onChecked: (outcome) => logCheck(logger, outcome),
    },
    onReadable: (files) =>
      logger.warn(
        { files },
        'every user of this machine can read the database; to prevent that, its owner can run chmod 600',
      ),
  });
}

function logCheck(logger: Logger, { status, findings, events, cause }: CheckOutcome): void {
  if (status === 'sound') logger.info({ events }, 'the check of the database found no damage');
  else if (status === 'unreadable') logger.warn({ cause }, 'the check could not read the database');
  else logger.error({ findings: findings.map(describeFinding) }, 'the check of the database found damage');
}
