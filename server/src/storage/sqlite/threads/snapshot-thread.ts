// A thread that writes the events of a query, as they are at one instant, to a separate file. It ends when that is
// done.

import type { StoredEvent } from '@anthracite/protocol/core';
import { Reader } from '../../../answers/reader';
import { SeriesReader } from '../../../answers/series-reader';
import type { EventQuery } from '../../../query/event-query';
import { toStoreError } from '../../store-error';
import type { SnapshotHandlers } from '../../threads/snapshots';
import { serveThread, threadData } from '../../threads/thread-server';
import { openReadOnly } from '../database';
import { writeEventFile } from '../file/event-file';
import { SqliteAsker } from '../sqlite-asker';
import type { ReaderThreadData } from './reader-thread';

function createHandlers(file: string): SnapshotHandlers {
  const db = openReadOnly(file);
  const asker = new SqliteAsker(db);
  const reader = new Reader(asker, new SeriesReader(asker));
  return {
    // Everything read belongs to one instant, however long reading takes.
    write: (query: EventQuery, target: string): Promise<number> =>
      asker.atOneMoment(() => writeEventFile(target, named(reader.blocks(query), file))),
    close: () => db.close(),
  };
}

// A fault of the database must not be reported as a fault of the written file.
async function* named(
  blocks: AsyncIterable<readonly StoredEvent[]>,
  file: string,
): AsyncGenerator<readonly StoredEvent[]> {
  try {
    yield* blocks;
  } catch (error) {
    throw toStoreError(error, file);
  }
}

const { file } = threadData<ReaderThreadData>();
serveThread(
  (error) => toStoreError(error, file),
  () => ({ handlers: createHandlers(file) }),
);
