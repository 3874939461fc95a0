// A thread for tests that dies on request.

import { serveThread, threadData } from '../../src/storage/sqlite/threads/thread-server';

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
serveThread('the.db', () => {
  if (dieAtStart) throw Object.assign(new Error('unable to open'), { code: 'SQLITE_CANTOPEN' });
  return { handlers };
});
