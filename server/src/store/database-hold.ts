// What a server holds of its database file as long as it runs: the lock, the file itself, and a look at both twice a second.

import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { type Database, inspectHeader, openReadOnly } from './database';
import { DatabaseLock } from './database-lock';
import { closeToOthers, makeFile, prepareFiles, requireFile, resolveDatabase } from './file-access';
import type { GuardedFile } from './file-guard';
import { toIdentity } from './file-identity';
import { StoreError } from './store-error';

const lookMs = 500;

export class DatabaseHold {
  readonly #lock: DatabaseLock;
  readonly guarded: GuardedFile;
  /** True for a file that holds nothing yet. */
  readonly isEmpty: boolean;
  #connection: Database | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** Takes the lock, and makes folder and file where there are none. Throws a `StoreError`. */
  constructor(path: string) {
    const file = resolveDatabase(path);
    requireFile(file);
    // Beside what is not ours nothing is made.
    inspectHeader(file);
    prepareFiles(file);
    this.#lock = new DatabaseLock(file);
    try {
      makeFile(file);
      // For writing, which it never does: a file of a lower layer of a container becomes another one when it is opened so.
      const descriptor = openSync(file, 'r+');
      const stats = fstatSync(descriptor, { bigint: true });
      this.isEmpty = stats.size === 0n;
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
   * Keeps a connection of its own, once the file was found good: where the server must end at once the other connections are not
   * the last then, and fold no log into a file that is damaged, or a backup by now. Returns the files that every user may still read.
   */
  keepOpen(): string[] {
    this.#connection = openReadOnly(this.file);
    this.#connection.pragma('user_version');
    return closeToOthers(this.file);
  }

  /** Calls `verify` again and again, and takes a lock anew whose file was removed. `onFatal` hears of what it cannot mend. */
  watch(verify: () => Promise<unknown>, onFatal: (error: StoreError) => void): void {
    const look = async (): Promise<void> => {
      try {
        await verify();
        this.#lock.keep(this.file);
      } catch (error) {
        // Where another server has the lock by now, it will have the database too.
        if (error instanceof StoreError && error.isFatal) return onFatal(error);
      }
      if (this.#timer !== undefined) this.#timer = setTimeout(look, lookMs).unref();
    };
    this.#timer = setTimeout(look, lookMs).unref();
  }

  /** Ends the looks. */
  stopWatching(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Closes its own connection: before the last of the others, which folds the log into the file. */
  release(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Lets go of everything, behind all connections. */
  close(): void {
    this.stopWatching();
    this.release();
    closeSync(this.guarded.descriptor);
    this.#lock.close();
  }
}
