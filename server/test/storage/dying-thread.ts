// A thread for tests that dies on request.

import { toStoreError } from '../../src/storage/store-error';
import { serveThread, threadData } from '../../src/storage/threads/thread-server';

export type DyingHandlers = typeof handlers;

const handlers = {
  echo: (text: string) => text,
  exhaust: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(1_000).fill(kept.length));
  },
  exit: () => process.exit(7),
  close: () => {},
};

const { dieAtStart } = threadData<{ dieAtStart: boolean }>();
serveThread(
  (error) => toStoreError(error, 'the.db'),
  () => {
    if (dieAtStart) throw Object.assign(new Error('unable to open'), { code: 'SQLITE_CANTOPEN' });
    return { handlers };
  },
);
