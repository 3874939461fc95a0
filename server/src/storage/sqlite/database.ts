// Opens the SQLite file: checks, pragmas, migrations.

import { existsSync } from 'node:fs';
import { StoreError, toStoreError } from '../store-error';
import type { Database } from './connection';
import { addGlobFunction } from './dialect/tag-patterns';
import { writtenSeries } from './dialect/written-events';
import { type FileHeader, isBlank, readFileHeader } from './file/file-header';
import { addMigrationFunctions } from './migration-functions';
import { applicationId, migrations, schemaVersion } from './migrations';
import { findSchemaFault } from './schema-check';
import { connect } from './sqlite-binding';

const busyMs = 5_000;

/** Opens a file without changing it. The caller closes it. */
export function openReadOnly(file: string): Database {
  const db = connect(file, { readonly: true, timeout: busyMs }) as unknown as Database;
  try {
    // The words in the index of words, with the events of each: from the index itself.
    db.exec('CREATE VIRTUAL TABLE temp.search_mentions USING fts5vocab(main, search, instance)');
    // The words in the index of words, and the number of events for each: from the index itself.
    db.exec('CREATE VIRTUAL TABLE temp.search_words USING fts5vocab(main, search, row)');
    // Types and tags as formats write them.
    db.pragma('temp.journal_mode = MEMORY');
    for (const shape of ['json', 'graphite'] as const) {
      const table = writtenSeries(shape);
      db.exec(`CREATE TEMP TABLE ${table} (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT`);
    }
    db.pragma('query_only = ON');
    db.pragma('cache_size = -4096');
    addGlobFunction(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Checks the bytes of a file's header, without ever writing: a connection that can write would roll back what another
 * program has started. Throws when the file is newer, or belongs to another program.
 */
export function inspectHeader(file: string): void {
  let header: FileHeader | null;
  try {
    header = readFileHeader(file);
    if (header === null && !isBlank(file))
      throw new StoreError('DATABASE_DAMAGED', { file, cause: 'it does not begin as an SQLite database' });
  } catch (error) {
    if (error instanceof StoreError) throw error;
    return; // The next code that opens it reports why it cannot be read.
  }
  if (header !== null) refuseForeign(file, header);
}

/** Checks an existing file that has our header. Throws when it is newer, belongs to another program, or has another schema. */
export function inspectDatabase(file: string): void {
  if (!existsSync(file)) return;
  finishInterrupted(file);
  let db: Database | undefined;
  let scratch: Database | undefined;
  try {
    db = openReadOnly(file);
    const userVersion = Number(db.pragma('user_version', { simple: true }));
    const application = Number(db.pragma('application_id', { simple: true }));
    const hasTables = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()) > 0;
    refuseForeign(file, { userVersion, applicationId: application, hasTables });
    scratch = connect(':memory:') as unknown as Database;
    addMigrationFunctions(scratch);
    const fault = findSchemaFault(db, userVersion, scratch);
    if (fault !== null) throw new StoreError('DATABASE_DAMAGED', { file, cause: fault });
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    scratch?.close();
    db?.close();
  }
}

function refuseForeign(file: string, { userVersion, applicationId: id, hasTables }: FileHeader): void {
  const isOurs = id === applicationId;
  if (!isOurs && (hasTables || userVersion > 0)) throw new StoreError('DATABASE_NOT_OURS', { file });
  if (userVersion > schemaVersion)
    throw new StoreError('DATABASE_NEWER', { file, version: userVersion, known: schemaVersion });
}

// A process killed while it created a file leaves an unfinished journal. The file cannot be read until SQLite has
// rolled that back; a connection that can write does so at its first read.
function finishInterrupted(file: string): void {
  if (!existsSync(`${file}-journal`)) return;
  const db = connect(file, { timeout: busyMs }) as unknown as Database;
  try {
    db.pragma('user_version');
  } catch {
    // The next code that reads it reports the problem.
  } finally {
    db.close();
  }
}

/** Opens the file for writing, with every commit synced, and migrates its schema. */
export function openForWriting(file: string): Database {
  let db: Database | undefined;
  try {
    db = connect(file, { timeout: busyMs }) as unknown as Database;
    prepareForWriting(db);
    return db;
  } catch (error) {
    db?.close();
    throw toStoreError(error, file);
  }
}

/** Sets the pragmas of a connection that writes, and migrates the schema. */
export function prepareForWriting(db: Database): void {
  // Only in a new file: pages that become free can then be returned to the file system.
  db.pragma('auto_vacuum = INCREMENTAL');
  db.pragma('journal_mode = WAL');
  // What is deleted is overwritten with zeros, so that a purge leaves nothing behind.
  db.pragma('secure_delete = ON');
  // FULL syncs the log at each commit: acknowledged events survive a power failure.
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -8192');
  // During a flood; otherwise the log is written into the file between the batches.
  db.pragma('wal_autocheckpoint = 1000');
  // A log that grew in a burst is shortened at the next checkpoint.
  db.pragma('journal_size_limit = 67108864');
  migrate(db);
  // SQLite would search all events for each series that is removed.
  db.pragma('foreign_keys = OFF');
  // A read-only file can be opened, and a transaction started, without an error.
  db.exec('BEGIN IMMEDIATE; UPDATE meta SET value = value; ROLLBACK');
}

function migrate(db: Database): void {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version < schemaVersion) addMigrationFunctions(db);
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(step);
      db.pragma(`application_id = ${applicationId}`);
      db.pragma(`user_version = ${index + 1}`);
      db.exec('COMMIT');
    } catch (error) {
      if (db.inTransaction) db.exec('ROLLBACK');
      throw error;
    }
  }
}

/** Runs SQLite's own check. Throws `DATABASE_DAMAGED` with its first finding. */
export function checkDatabase(db: Database, file: string): void {
  let findings: unknown;
  try {
    findings = db.prepare('PRAGMA quick_check(1)').pluck().get();
  } catch (error) {
    throw toStoreError(error, file);
  }
  // The check has filled the cache with pages that are not needed.
  db.pragma('shrink_memory');
  if (findings !== 'ok') throw new StoreError('DATABASE_DAMAGED', { file, cause: String(findings) });
}
