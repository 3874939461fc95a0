// A database of a test, opened as the server's threads open it.

import { Catalog } from '../../src/store/catalog';
import { Counter } from '../../src/store/counter';
import { type Database, openForWriting, openReadOnly } from '../../src/store/database';
import { Reader } from '../../src/store/reader';
import { Statements } from '../../src/store/statements';
import { Writer } from '../../src/store/writer';

export interface Opened {
  readonly db: Database;
  readonly writer: Writer;
  readonly reader: Reader;
  readonly counter: Counter;
  readonly catalog: Catalog;
  /** What the reader asks with. */
  readonly statements: Statements;
  close(): void;
}

/** Opens a file with a writer and a reader, each on a connection of its own. */
export function open(file: string): Opened {
  const db = openForWriting(file);
  const reading = openReadOnly(file);
  const statements = new Statements(reading);
  // So few events in a short range, and so few at once, that a test has more.
  const reader = new Reader(statements, file, 8);
  const writer = new Writer(db, { maxRejects: 10, maxRejectBytes: 10_000 });
  return {
    db,
    writer,
    reader,
    counter: new Counter(statements, reader, 5),
    catalog: new Catalog(statements),
    statements,
    close: () => {
      reading.close();
      writer.close();
    },
  };
}

/** Lets all indexes come up to the events. */
export function followAll(writer: Writer, step: number): void {
  for (const index of ['series', 'search'] as const) {
    while (writer.lag(index) > 0) writer.follow(index, step);
  }
}
