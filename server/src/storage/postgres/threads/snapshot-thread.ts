// A thread that writes the events of a query, as they are at one instant, to a file. It ends when that is done.

import type { StoredEvent } from '@anthracite/protocol/core';
import { Reader } from '../../../answers/reader';
import { SeriesReader } from '../../../answers/series-reader';
import { writeEventFile } from '../../sqlite/file/event-file';
import type { SnapshotHandlers } from '../../threads/snapshots';
import { serveThread, threadData } from '../../threads/thread-server';
import { createAsker, explainReading, type ReadingThreadData } from './reading-thread';

function createHandlers(data: ReadingThreadData): SnapshotHandlers {
  const asker = createAsker(data);
  const reader = new Reader(asker, new SeriesReader(asker));
  return {
    // Everything read belongs to one instant, however long reading takes.
    write: (query, target) =>
      asker.atOneMoment(() => writeEventFile(target, named(reader.blocks(query), data))),
    close: () => asker.close(),
  };
}

// A fault of the database must not be reported as a fault of the written file.
async function* named(
  blocks: AsyncIterable<readonly StoredEvent[]>,
  data: ReadingThreadData,
): AsyncGenerator<readonly StoredEvent[]> {
  try {
    yield* blocks;
  } catch (error) {
    throw explainReading(error, data);
  }
}

const data = threadData<ReadingThreadData>();
serveThread(
  (error) => explainReading(error, data),
  () => ({ handlers: createHandlers(data) }),
);
