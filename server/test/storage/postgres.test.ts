// PostgreSQL passes the storage suite.

import { hasPostgres, postgresSchema } from '@anthracite/testing';
import { openPostgresStore } from '../../src/storage/postgres/postgres-store';
import { storageSuite } from './suite/suite';

const describeWithPostgres = hasPostgres ? describe : describe.skip;

describeWithPostgres('PostgreSQL', () => {
  storageSuite(() => {
    const fail = (error: unknown): never => {
      throw error;
    };
    const database = postgresSchema();
    return {
      open: async () =>
        openPostgresStore({
          database: await database,
          readers: 1,
          limits: { maxRejects: 20, maxRejectBytes: 100_000 },
          onFatal: fail,
          onThreadDeath: (_thread, { cause }) => fail(cause),
        }),
    };
  });
});
