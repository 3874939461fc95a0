// Creates and migrates the schema: of several servers that start at once, one does it, and the others wait.

import { createHash } from 'node:crypto';
import { StoreError } from '../store-error';
import type { Connection } from './connection';
import { migrations, schemaVersion } from './migrations';

/** What the servers of a schema exclude each other from. A transaction takes locks in this order. */
const locks = {
  migration: 0,
  /** Shared by appends; exclusive for what removes events, so that no append has just passed over words that are removed. */
  words: 1,
  /** Held to the end by whatever adds ids or changes, so that they are in the order of commits. */
  order: 2,
  counts: 3,
} as const;

export type LockName = keyof typeof locks;

/** SQL that takes a lock until the end of the transaction. */
export function lockSql(schema: string, name: LockName, kind: 'exclusive' | 'shared' | 'try'): string {
  const call = {
    exclusive: 'pg_advisory_xact_lock',
    shared: 'pg_advisory_xact_lock_shared',
    try: 'pg_try_advisory_xact_lock',
  }[kind];
  return `SELECT ${call}(${lockSpace(schema)}, ${locks[name]})`;
}

// Locks belong to a database, which may have several schemas.
function lockSpace(schema: string): number {
  return createHash('sha256').update(`anthracite ${schema}`).digest().readInt32BE(0);
}

/** Creates the schema, or migrates it. Throws `DATABASE_NEWER`, `DATABASE_NOT_OURS` and errors of the server. */
export async function migrate(connection: Connection, schema: string, shown: string): Promise<void> {
  await checkServer(connection, shown);
  if ((await versionOf(connection, schema, shown)) === schemaVersion) return;
  try {
    await connection.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    await connection.query(lockSql(schema, 'migration', 'exclusive'));
    const version = await versionOf(connection, schema, shown);
    if (version === null) await connection.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    for (const step of migrations.slice(version ?? 0)) await connection.query(step(schema));
    // From here on an older program cannot write.
    await connection.query(lockSql(schema, 'words', 'exclusive'));
    await connection.query(lockSql(schema, 'order', 'exclusive'));
    await connection.query(`UPDATE ${schema}.meta SET value = $1 WHERE key = 'schema'`, [schemaVersion]);
    await connection.query('COMMIT');
  } catch (error) {
    if (connection.isUsable) await connection.query('ROLLBACK');
    throw error;
  }
}

// Null when the schema has no tables.
async function versionOf(connection: Connection, schema: string, shown: string): Promise<number | null> {
  const [row] = await connection.query<[boolean, boolean, boolean]>(
    `SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1), to_regclass($2) IS NOT NULL,
       EXISTS (SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE nspname = $1)`,
    [schema, `${schema}.meta`],
  );
  const [exists, isOurs, hasTables] = row as [boolean, boolean, boolean];
  if (!exists || !hasTables) return exists ? 0 : null;
  const [found] = isOurs
    ? await connection.query<[number]>(`SELECT value FROM ${schema}.meta WHERE key = 'schema'`)
    : [];
  if (found === undefined) throw new StoreError('SCHEMA_NOT_OURS', { file: shown, schema });
  const [version] = found;
  if (version > schemaVersion)
    throw new StoreError('DATABASE_NEWER', { file: shown, version, known: schemaVersion });
  return version;
}

async function checkServer(connection: Connection, shown: string): Promise<void> {
  const [row] = await connection.query<[string, string, string, string]>(
    `SELECT current_setting('server_encoding'), current_setting('fsync'), current_setting('full_page_writes'),
       current_setting('server_version_num')`,
  );
  const [encoding, fsync, fullPages, version] = row as [string, string, string, string];
  const fault =
    encoding !== 'UTF8'
      ? `its encoding is ${encoding}; create a database with the encoding UTF8`
      : fsync !== 'on' || fullPages !== 'on'
        ? 'it can lose acknowledged events in a crash; set fsync and full_page_writes to on'
        : Number(version) < 140_000
          ? 'it is older than PostgreSQL 14'
          : null;
  if (fault !== null) throw new StoreError('DATABASE_UNSUITABLE', { file: shown, cause: fault });
}
