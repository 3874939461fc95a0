// A thread that answers queries. It never writes.

import { createAnswers } from '../../../answers/create-answers';
import { toStoreError } from '../../store-error';
import { type Handlers, serveThread, threadData } from '../../threads/thread-server';
import { checkDatabase, openReadOnly } from '../database';
import { SqliteAsker } from '../sqlite-asker';

/** The data that the thread is started with. */
export interface ReaderThreadData {
  readonly file: string;
}

export type ReaderHandlers = ReturnType<typeof createHandlers>;

function createHandlers(file: string) {
  const db = openReadOnly(file);
  const asker = new SqliteAsker(db);
  return {
    ...atOneMoment(asker, { ...createAnswers(asker) }),
    check: () => checkDatabase(db, file),
    close: () => db.close(),
  };
}

/** The same handlers. Each one sees the events as they are when it starts, regardless of later changes. */
function atOneMoment<H extends Handlers>(asker: SqliteAsker, handlers: H): H {
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (...args: never[]) => asker.atOneMoment(async () => handler(...args)),
    ]),
  ) as H;
}

const { file } = threadData<ReaderThreadData>();
serveThread(
  (error) => toStoreError(error, file),
  () => ({ handlers: createHandlers(file) }),
);
