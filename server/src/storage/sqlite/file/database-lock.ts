// Implements the lock that prevents a second server on the same file.

import { StoreError } from '../../store-error';
import type { Database } from '../connection';
import { connect } from '../sqlite-binding';
import { makeFile } from './file-access';
import { type FileIdentity, identityOf, isSameFile } from './file-identity';

/** The lock of one database, held until it is closed or the process ends, in any way. */
export class DatabaseLock {
  readonly #file: string;
  #lock: Database;
  #identity: FileIdentity | null;

  /** Takes the lock. Throws `DATABASE_IN_USE`, or `DATABASE_LOCK_FAILED` when locking is impossible. */
  constructor(database: string) {
    this.#file = `${database}-lock`;
    this.#lock = takeLock(database, this.#file);
    this.#identity = identityOf(this.#file);
  }

  /**
   * Creates a removed or replaced lock file again, so that other servers refuse as before. If another server was
   * faster, the mark in the database distinguishes the two.
   */
  keep(database: string): void {
    if (isSameFile(identityOf(this.#file), this.#identity)) return;
    makeFile(this.#file);
    const lock = takeLock(database, this.#file);
    this.#lock.close();
    this.#lock = lock;
    this.#identity = identityOf(this.#file);
  }

  close(): void {
    this.#lock.close();
  }
}

function takeLock(database: string, file: string): Database {
  let lock: Database | undefined;
  try {
    lock = connect(file, { timeout: 0 }) as unknown as Database;
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    // SQLite opens a read-only file for reading, and then starts a transaction without a lock. Writing without a lock
    // fails.
    lock.pragma('user_version = 1');
    return lock;
  } catch (error) {
    lock?.close();
    if (error instanceof StoreError) throw error;
    const { code = '', message } = error as { code?: string; message: string };
    if (code.startsWith('SQLITE_BUSY')) throw new StoreError('DATABASE_IN_USE', { file: database });
    throw new StoreError('DATABASE_LOCK_FAILED', { file, cause: `${code}: ${message}` });
  }
}
