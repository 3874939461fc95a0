// Walks a table in slices of some milliseconds, each within a transaction of its own: nobody waits for a check, and the
// write-ahead log can be folded in between.

import type { Database } from '../database';

const sliceMs = 25;
const rowsALook = 64;

/** A table, or a part of it, in order of a key. */
export interface Walk<Row extends readonly unknown[]> {
  /** Rows beyond a key, which `key` gives, in its order. */
  readonly sql: string;
  /** The key that precedes all. */
  readonly first: readonly (string | number)[];
  key(row: Row): readonly (string | number)[];
  /** Called at the begin of each slice, within its transaction; what it returns is bound before the key. */
  begin?(): readonly (string | number)[];
  look(row: Row): void;
}

/** Looks at all rows, and yields after each slice how many there were in it. */
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
