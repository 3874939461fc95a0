// A thread that answers questions. It never writes.

import { workerData } from 'node:worker_threads';
import { checkDatabase, openReadOnly } from './database';
import { Reader } from './reader';
import { serveThread } from './thread';

/** What the thread is started with. */
export interface ReaderThreadData {
  readonly file: string;
}

export type ReaderHandlers = ReturnType<typeof createHandlers>;

function createHandlers(file: string) {
  const db = openReadOnly(file);
  const reader = new Reader(db, file);
  return {
    check: () => checkDatabase(db, file),
    event: reader.event.bind(reader),
    page: reader.page.bind(reader),
    countBySecond: reader.countBySecond.bind(reader),
    types: reader.types.bind(reader),
    tags: reader.tags.bind(reader),
    ledger: reader.ledger.bind(reader),
    ledgerEntry: reader.ledgerEntry.bind(reader),
    statistics: reader.statistics.bind(reader),
    close: () => reader.close(),
  };
}

const { file } = workerData as ReaderThreadData;
serveThread(file, () => ({ handlers: createHandlers(file) }));
