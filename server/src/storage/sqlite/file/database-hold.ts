// Holds the database file while a server runs: the lock, the open file, and a check of both twice a second.

import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { StoreError } from '../../store-error';
import type { Database } from '../connection';
import { inspectHeader, openReadOnly } from '../database';
import { DatabaseLock } from './database-lock';
import { closeToOthers, makeFile, prepareFiles, requireFile, resolveDatabase } from './file-access';
import type { GuardedFile } from './file-guard';
import { statsOfOpen, toIdentity } from './file-identity';

const lookMs = 500;

export class DatabaseHold {
  readonly #lock: DatabaseLock;
  readonly guarded: GuardedFile;
  /** True for a file without content. */
  readonly isEmpty: boolean;
  #connection: Database | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Takes the lock, and creates folder and file if they are missing. Throws a `StoreError`. */
  constructor(path: string) {
    const file = resolveDatabase(path);
    requireFile(file);
    // Nothing is created next to a file of another program.
    inspectHeader(file);
    prepareFiles(file);
    this.#lock = new DatabaseLock(file);
    try {
      makeFile(file);
      // Opened for writing, but never written: opening a file of a lower layer of a container for writing replaces it
      // with a copy.
      const descriptor = openSync(file, 'r+');
      const stats = statsOfOpen(descriptor);
      this.isEmpty = Number(stats.size) === 0;
      this.guarded = {
        file,
        identity: toIdentity(stats),
        descriptor,
        mark: randomBytes(16),
        claimed: new Int32Array(new SharedArrayBuffer(4)),
      };
    } catch (error) {
      this.#lock.close();
      throw error;
    }
  }

  /** The file that the path leads to. */
  get file(): string {
    return this.guarded.file;
  }

  /**
   * Keeps its own connection, once the file was found intact. If the server must end immediately, the other connections
   * are then not the last to close, and do not fold the log into a file that is damaged, or was replaced by a backup.
   * Returns the files that every user can still read.
   */
  keepOpen(): string[] {
    this.#connection = openReadOnly(this.file);
    this.#connection.pragma('user_version');
    return closeToOthers(this.file);
  }

  /**
   * Calls `verify` repeatedly, and takes the lock again if its file was removed. `onFatal` is called for faults that it
   * cannot repair.
   */
  watch(verify: () => Promise<unknown>, onFatal: (error: StoreError) => void): void {
    const look = async (): Promise<void> => {
      try {
        await verify();
        this.#lock.keep(this.file);
      } catch (error) {
        // If another server has the lock now, it will have the database too.
        if (error instanceof StoreError && error.isFatal) return onFatal(error);
      }
      if (this.#timer !== undefined) this.#timer = setTimeout(look, lookMs).unref();
    };
    this.#timer = setTimeout(look, lookMs).unref();
  }

  /** Ends the checks. */
  stopWatching(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Closes its own connection: before the last of the others, which folds the log into the file. */
  release(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Releases everything, after all connections are closed. */
  close(): void {
    this.stopWatching();
    this.release();
    closeSync(this.guarded.descriptor);
    this.#lock.close();
  }
}
