// The embedded database passes the storage suite.

import { join } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';
import { openSqliteStore } from '../../src/storage/sqlite/sqlite-store';
import { storageSuite } from './suite/suite';

const folder = temporaryFolder();
let files = 0;

storageSuite(() => {
  const file = join(folder, `${files++}.db`);
  const fail = (error: unknown): never => {
    throw error;
  };
  return {
    open: () =>
      openSqliteStore({
        file,
        readers: 1,
        limits: { maxRejects: 20, maxRejectBytes: 100_000 },
        onFatal: fail,
        onThreadDeath: (_thread, { cause }) => fail(cause),
      }),
  };
});
