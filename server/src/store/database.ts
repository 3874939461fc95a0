// Opens the SQLite file: checks, pragmas, migrations.

import { existsSync } from 'node:fs';
import { type FileHeader, isBlank, readFileHeader } from './file-header';
import { addMigrationFunctions } from './migration-functions';
import { applicationId, migrations, schemaVersion } from './migrations';
import { findSchemaFault } from './schema-check';
import { connect } from './sqlite-binding';
import { StoreError, toStoreError } from './store-error';
import { addGlobFunction } from './tag-patterns';

/** A prepared statement, as far as the store uses it. */
export interface Statement {
  run(...values: unknown[]): { changes: number };
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
  iterate(...values: unknown[]): IterableIterator<unknown>;
  raw(): Statement;
  pluck(): Statement;
}

/** The shape of better-sqlite3 that the store needs; tests wrap it with one that fails. */
export interface Database {
  readonly inTransaction: boolean;
  prepare(sql: string): Statement;
  /** Adds a function that SQL can call. */
  function(
    name: string,
    options: { deterministic: boolean },
    implementation: (...values: unknown[]) => unknown,
  ): unknown;
  exec(sql: string): unknown;
  pragma(sql: string, options?: { simple?: boolean }): unknown;
  close(): unknown;
}

const busyMs = 5_000;

/** Opens a file without touching its content. The caller closes it. */
export function openReadOnly(file: string): Database {
  const db = connect(file, { readonly: true, timeout: busyMs }) as unknown as Database;
  // Which words the index of words has, and how many events have each: from the index itself.
  db.exec('CREATE VIRTUAL TABLE temp.search_words USING fts5vocab(main, search, row)');
  db.pragma('query_only = ON');
  db.pragma('cache_size = -4096');
  addGlobFunction(db);
  return db;
}

/**
 * Looks at the bytes of a file's header, and writes nothing, whatever its state: a connection that may write would take
 * back what another program has begun. Throws when the file is newer, or not ours.
 */
export function inspectHeader(file: string): void {
  let header: FileHeader | null;
  try {
    header = readFileHeader(file);
    if (header === null && !isBlank(file))
      throw new StoreError('DATABASE_DAMAGED', { file, cause: 'it does not begin as an SQLite database' });
  } catch (error) {
    if (error instanceof StoreError) throw error;
    return; // Why it cannot be read is told by whoever opens it next.
  }
  if (header !== null) refuseForeign(file, header);
}

/** Looks at an existing file that is ours by its header. Throws when it is newer, not ours, or has another schema. */
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

// A kill while a file was being made leaves a journal of what was half done, and nothing of the file can be read before
// SQLite has taken that back: a connection that may write does so at its first look.
function finishInterrupted(file: string): void {
  if (!existsSync(`${file}-journal`)) return;
  const db = connect(file, { timeout: busyMs }) as unknown as Database;
  try {
    db.pragma('user_version');
  } catch {
    // What is wrong with it is told by whoever reads it next.
  } finally {
    db.close();
  }
}

/** Opens the file for writing, with every commit synced, and brings its schema up to date. */
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

/** Pragmas and migrations of a connection that writes. */
export function prepareForWriting(db: Database): void {
  db.pragma('journal_mode = WAL');
  // FULL syncs the log at each commit: what was acknowledged survives a power cut.
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -8192');
  db.pragma('wal_autocheckpoint = 4000');
  // A log that grew in a burst is cut back at the next checkpoint.
  db.pragma('journal_size_limit = 67108864');
  migrate(db);
  // A file that can only be read opens without complaint, and begins without complaint.
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
  // The check has filled the cache with pages that nobody asks for.
  db.pragma('shrink_memory');
  if (findings !== 'ok') throw new StoreError('DATABASE_DAMAGED', { file, cause: String(findings) });
}
