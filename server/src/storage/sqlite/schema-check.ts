// Compares a file's schema with the result of the migrations. Objects of other programs, such as Litestream's tables,
// are ignored.

import type { Database } from './connection';
import { migrations } from './migrations';

interface SchemaObject {
  readonly type: string;
  readonly name: string;
  /** Its SQL without comments and layout; empty for an index that SQLite creates automatically. */
  readonly sql: string;
}

/**
 * The first difference, such as "the index events_by_time is missing"; null if none exists.
 * @param version the schema's version that the file says it has
 * @param scratch an empty database in memory, in which the expected schema is made
 */
export function findSchemaFault(db: Database, version: number, scratch: Database): string | null {
  for (const step of migrations.slice(0, version)) scratch.exec(step);
  const found = new Map(readSchema(db).map((object) => [object.name, object]));
  for (const { type, name, sql } of readSchema(scratch)) {
    const other = found.get(name);
    if (other === undefined) return `the ${type} ${name} is missing`;
    if (other.type !== type || other.sql !== sql) return `the ${type} ${name} has another definition`;
  }
  return null;
}

function readSchema(db: Database): SchemaObject[] {
  const rows = db.prepare('SELECT type, name, sql FROM sqlite_schema').raw().all();
  return (rows as [string, string, string | null][]).map(([type, name, sql]) => ({
    type,
    name,
    sql: normalise(sql ?? ''),
  }));
}

// Tools that copy a database write the same definitions with other white space, quotes and case.
function normalise(sql: string): string {
  return sql
    .replace(/--.*$/gm, ' ')
    .replace(/\s+/g, ' ')
    .replace(/\s?([(),=])\s?/g, '$1')
    .replace(/["'`[\]]/g, '')
    .replace(/^CREATE (VIRTUAL |UNIQUE )?(TABLE|INDEX) IF NOT EXISTS /i, 'CREATE $1$2 ')
    .trim()
    .toLowerCase();
}
