// Copies a database while a server uses it, and puts a copy in the place of a database. A copy appears under its name only when
// it is complete, checked and synced.

import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StoreError, toStoreError } from '../../store-error';
import { inspectHeader } from '../database';
import { type CheckOptions, checkFile } from '../integrity/check';
import { connect } from '../sqlite-binding';
import { DatabaseLock } from './database-lock';
import { makeFile, prepareFiles, requireFile, resolveDatabase } from './file-access';

/** A copy of a database. */
export interface DatabaseCopy {
  readonly file: string;
  readonly bytes: number;
  readonly events: number;
}

/** A restored database, and the file that it replaced; null if none existed. */
export interface RestoredDatabase extends DatabaseCopy {
  readonly replaced: string | null;
}

// More than any database has: all pages are read at one instant, while the server continues to write to its log.
const allPages = 0x7fffffff;

/**
 * Copies a database to a file, which is replaced if it exists. Servers can use the database meanwhile. Rejects with a
 * `StoreError`; the file is then unchanged.
 */
export async function backUpDatabase(
  path: string,
  target: string,
  extent: NonNullable<CheckOptions['extent']>,
): Promise<DatabaseCopy> {
  const file = resolveDatabase(path);
  if (isSame(file, target)) throw new StoreError('BACKUP_IS_DATABASE', { file });
  const copy = await copyChecked(file, target, extent);
  moveInto(copy.file, target);
  return { ...copy, file: target };
}

/**
 * Replaces a database, which no server may use, by a copy of a backup. The replaced database is renamed, not deleted.
 * Rejects with a `StoreError`; the database is then unchanged.
 */
export async function restoreDatabase(backup: string, path: string, now: Date): Promise<RestoredDatabase> {
  const file = resolveDatabase(path);
  requireFile(file);
  if (isSame(backup, file)) throw new StoreError('BACKUP_IS_DATABASE', { file });
  prepareFiles(file);
  const lock = new DatabaseLock(file);
  try {
    const copy = await copyChecked(backup, file, 'all');
    keepOwner(file, copy.file);
    const replaced = existsSync(file) ? putAside(file, now) : null;
    moveInto(copy.file, file);
    return { ...copy, file, replaced };
  } finally {
    lock.close();
  }
}

// A copy next to its later place, which is on the same file system.
async function copyChecked(
  source: string,
  target: string,
  extent: NonNullable<CheckOptions['extent']>,
): Promise<DatabaseCopy> {
  inspectHeader(source);
  const file = `${target}.part`;
  rmSync(file, { force: true });
  makeFile(file);
  try {
    const events = await copyAll(source, file);
    const { status, findings, cause } = await checkFile(file, { extent });
    if (status === 'unreadable') throw new StoreError('DATABASE_FAILED', { file, cause });
    const [finding] = findings;
    if (finding !== undefined) {
      throw new StoreError('DATABASE_DAMAGED', { file: source, cause: finding.problem });
    }
    sync(file);
    return { file, bytes: statSync(file).size, events };
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    // The check opened a connection.
    for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true });
  }
}

async function copyAll(source: string, file: string): Promise<number> {
  try {
    const db = connect(source, { readonly: true, fileMustExist: true });
    try {
      await db.backup(file, { progress: () => allPages });
    } finally {
      db.close();
    }
    const copy = connect(file);
    try {
      // One file is the whole backup.
      copy.pragma('journal_mode = DELETE');
      return Number(copy.prepare('SELECT count(*) FROM events').pluck().get());
    } finally {
      copy.close();
    }
  } catch (error) {
    throw toStoreError(error, source);
  }
}

// A backup that root restores must stay readable for the user of the server.
function keepOwner(file: string, copy: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(existsSync(file) ? file : dirname(resolve(file)));
  chownSync(copy, uid, gid);
}

// Renames a database, with the part of its log that could not be folded into it.
function putAside(file: string, now: Date): string {
  try {
    const db = connect(file);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
  } catch {
    // It is damaged: the log keeps its name next to it.
  }
  const aside = `${file}-replaced-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  renameSync(file, aside);
  if (existsSync(`${file}-wal`)) renameSync(`${file}-wal`, `${aside}-wal`);
  rmSync(`${file}-shm`, { force: true });
  return aside;
}

function moveInto(file: string, target: string): void {
  renameSync(file, target);
  sync(dirname(resolve(target)));
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function isSame(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other);
}
