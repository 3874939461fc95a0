// Runs SQLite's own checks of a file: pages, trees, the indexes of small tables; and checks its schema.

import type { Database } from '../connection';
import { addMigrationFunctions } from '../migration-functions';
import { findSchemaFault } from '../schema-check';
import { connect } from '../sqlite-binding';
import type { Findings } from './findings';

const maxLines = 20;
/** The indexes of these tables are checked row by row, in slices. */
const large = ['events', 'series_time', 'search', 'mark', 'span'];

/** Compares the schema, then checks the structure of all tables and indexes. Yields between its steps. */
export function* checkStructure(db: Database, findings: Findings): Generator<number> {
  const scratch = connect(':memory:') as unknown as Database;
  try {
    addMigrationFunctions(scratch);
    const fault = findSchemaFault(db, Number(db.pragma('user_version', { simple: true })), scratch);
    if (fault !== null) findings.add('structure', '', fault);
  } finally {
    scratch.close();
  }
  yield 0;
  report(db, `quick_check(${maxLines})`, findings);
  yield 0;
  const tables = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
    .pluck()
    .all();
  for (const table of tables as string[]) {
    if (large.some((name) => table === name || table.startsWith('search_'))) continue;
    report(db, `integrity_check("${table.replaceAll('"', '""')}")`, findings);
    yield 0;
  }
  db.pragma('shrink_memory');
}

function report(db: Database, pragma: string, findings: Findings): void {
  for (const line of db.prepare(`PRAGMA ${pragma}`).pluck().all() as string[]) {
    if (line !== 'ok') findings.add('structure', '', line.replaceAll('\n', ' '));
  }
}
