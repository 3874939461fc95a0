// A thread that writes the events of a query, as they are at one instant, to a file of their own. It ends when that is done.

import type { StoredEvent } from '@anthracite/protocol/core';
import { openReadOnly } from './database';
import { writeEventFile } from './event-file';
import type { EventQuery } from './event-store';
import { Reader } from './reader';
import type { ReaderThreadData } from './reader-thread';
import { Statements } from './statements';
import { toStoreError } from './store-error';
import { serveThread, threadData } from './thread-server';

export type SnapshotHandlers = ReturnType<typeof createHandlers>;

function createHandlers(file: string) {
  const db = openReadOnly(file);
  const reader = new Reader(new Statements(db), file);
  return {
    write: (query: EventQuery, target: string): number => {
      // All that is read belongs to one instant, however long it takes.
      db.exec('BEGIN');
      return writeEventFile(target, named(reader.events(query), file));
    },
    close: () => db.close(),
  };
}

// A fault of the database is told as one, and not as a fault of the file that is written.
function* named(events: Iterable<StoredEvent>, file: string): Generator<StoredEvent> {
  try {
    yield* events;
  } catch (error) {
    throw toStoreError(error, file);
  }
}

const { file } = threadData<ReaderThreadData>();
serveThread(file, () => ({ handlers: createHandlers(file) }));
