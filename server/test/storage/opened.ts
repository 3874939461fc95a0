// Opens a database of a test like the server's threads do.

import { Catalog } from '../../src/answers/catalog';
import { Counter } from '../../src/answers/counter';
import { Reader } from '../../src/answers/reader';
import { Records } from '../../src/answers/records';
import { SeriesReader } from '../../src/answers/series-reader';
import { SpanFinder } from '../../src/answers/span-finder';
import { SpanIndex } from '../../src/answers/span-index';
import { type Position, toPosition } from '../../src/storage/position';
import type { Database } from '../../src/storage/sqlite/connection';
import { openForWriting, openReadOnly } from '../../src/storage/sqlite/database';
import { SqliteAsker } from '../../src/storage/sqlite/sqlite-asker';
import { Writer } from '../../src/storage/sqlite/writer';

export interface Opened {
  readonly db: Database;
  readonly writer: Writer;
  /** The settings that all queries share. */
  readonly asker: SqliteAsker;
  readonly series: SeriesReader;
  readonly reader: Reader;
  readonly counter: Counter;
  readonly catalog: Catalog;
  readonly spanIndex: SpanIndex;
  readonly spanFinder: SpanFinder;
  /** The highest id, and the last change. */
  position(): Promise<Position>;
  close(): void;
}

/** Opens a file with a writer and a reader on separate connections. */
export function open(file: string): Opened {
  const db = openForWriting(file);
  const reading = openReadOnly(file);
  const asker = new SqliteAsker(reading);
  const series = new SeriesReader(asker);
  // Small limits, so that a test exceeds them with few events.
  const reader = new Reader(asker, series, { shortEvents: 8, soughtSeries: 12 });
  const writer = new Writer(db, { maxRejects: 10, maxRejectBytes: 10_000 });
  const spanIndex = new SpanIndex(asker, series);
  return {
    db,
    writer,
    asker,
    series,
    reader,
    counter: new Counter(asker, series, reader, 5),
    catalog: new Catalog(asker),
    spanIndex,
    spanFinder: new SpanFinder(asker, spanIndex),
    position: async () => toPosition(await new Records(asker).place()),
    close: () => {
      reading.close();
      writer.close();
    },
  };
}

/** Updates all indexes to the last event. */
export function followAll(writer: Writer, step: number): void {
  for (const index of ['series', 'counts', 'search'] as const) {
    while (writer.lag(index) > 0) writer.follow(index, step);
  }
}
