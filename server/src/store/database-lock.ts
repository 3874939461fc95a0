// The lock that makes a second server on the same file refuse.

import type { Database } from './database';
import { makeFile } from './file-access';
import { type FileIdentity, identityOf, isSameFile } from './file-identity';
import { connect } from './sqlite-binding';
import { StoreError } from './store-error';

/** The lock of one database, held until it is closed or the process ends, however it ends. */
export class DatabaseLock {
  readonly #file: string;
  #lock: Database;
  #identity: FileIdentity | null;

  /** Takes the lock. Throws `DATABASE_IN_USE`, or `DATABASE_LOCK_FAILED` where nobody could take it. */
  constructor(database: string) {
    this.#file = `${database}-lock`;
    this.#lock = takeLock(database, this.#file);
    this.#identity = identityOf(this.#file);
  }

  /**
   * Makes a lock file that was removed or replaced anew, so that other servers refuse as before. Where another server was
   * sooner, the mark in the database tells the two apart.
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
    // SQLite opens a file that may only be read for reading, and then begins without a lock. It does not write without one.
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
