// Walks a table in slices of some milliseconds, each in its own transaction, so that a check blocks nothing, and the
// write-ahead log can be folded into the file in between.

import type { Database } from '../connection';

const sliceMs = 25;
const rowsALook = 64;

/** A table, or a part of it, in order of a key. */
export interface Walk<Row extends readonly unknown[]> {
  /** Selects the rows after a key, in its order; `key` returns the key of a row. */
  readonly sql: string;
  /** The key before all rows. */
  readonly first: readonly (string | number)[];
  key(row: Row): readonly (string | number)[];
  /** Called at the start of each slice, within its transaction; its result is bound before the key. */
  begin?(): readonly (string | number)[];
  look(row: Row): void;
}

/** Visits all rows, and yields the number of rows after each slice. */
export function* walk<Row extends readonly unknown[]>(
  db: Database,
  { sql, first, key, begin, look }: Walk<Row>,
): Generator<number> {
  const statement = db.prepare(sql).raw();
  let last = first;
  for (let isEnd = false; !isEnd; ) {
    const deadline = performance.now() + sliceMs;
    let rows = 0;
    db.exec('BEGIN');
    try {
      isEnd = true;
      for (const row of statement.iterate(...(begin?.() ?? []), ...last)) {
        look(row as Row);
        last = key(row as Row);
        if (++rows % rowsALook === 0 && performance.now() > deadline) {
          isEnd = false;
          break;
        }
      }
    } finally {
      db.exec('COMMIT');
    }
    yield rows;
  }
}
