// Looks after each commit whether the file that was written is still the one under its name, and before each whether another
// server has opened it. What is not the case any more is acknowledged to nobody.

import { type BigIntStats, readSync, statSync } from 'node:fs';
import type { Database, Statement } from './database';
import { type FileIdentity, identityOf, isSameFile, toIdentity } from './file-identity';
import { StoreError } from './store-error';

/** What a guard is made of; threads can be given it. */
export interface GuardedFile {
  readonly file: string;
  /** Of the file that was opened. */
  readonly identity: FileIdentity;
  /** Open for reading as long as any connection is: to close it would end the locks that this process has on the file. */
  readonly descriptor: number;
  /** Random, and of one server alone: what the database has in its table `writer` as long as no other server opened it. */
  readonly mark: Uint8Array;
  /** Its first number is 1 once the mark was written: a thread that takes over from another does not write it again. */
  readonly claimed: Int32Array;
}

export class FileGuard {
  readonly #db: Database;
  readonly #guarded: GuardedFile;
  readonly #isMarked: Statement;
  readonly #setMark: Statement;
  readonly #besides: readonly { readonly path: string; readonly identity: FileIdentity | null }[];
  readonly #page: Buffer;
  #lastLook = '';
  #markPage = 0;
  #isMarkOnDisk = false;

  constructor(db: Database, guarded: GuardedFile) {
    this.#db = db;
    this.#guarded = guarded;
    this.#isMarked = db.prepare('SELECT mark = ? FROM writer').pluck();
    this.#setMark = db.prepare('INSERT OR REPLACE INTO writer (id, mark) VALUES (1, ?)');
    this.#page = Buffer.alloc(Number(db.pragma('page_size', { simple: true })));
    this.#besides = ['-wal', '-shm'].map((suffix) => {
      const path = guarded.file + suffix;
      return { path, identity: identityOf(path) };
    });
  }

  /** True until the mark is written. */
  get isUnclaimed(): boolean {
    return Atomics.load(this.#guarded.claimed, 0) === 0;
  }

  /** Within a transaction: says that the database is this server's. What another one has not committed by then, it never does. */
  claim(): void {
    this.#setMark.run(this.#guarded.mark);
  }

  /** Behind the commit of `claim`. */
  confirmClaim(): void {
    Atomics.store(this.#guarded.claimed, 0, 1);
  }

  /** Within a transaction: throws `DATABASE_TAKEN` where another server has opened the database. */
  checkMark(): void {
    const { file, mark } = this.#guarded;
    if (this.#isMarked.get(mark) !== 1) throw new StoreError('DATABASE_TAKEN', { file });
  }

  /** Behind a commit: throws `DATABASE_REPLACED` where what was written is not found under the file's name any more. */
  checkFiles(): void {
    const { file, identity } = this.#guarded;
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) throw replaced(file, `${file} is gone`);
    if (!isSameFile(toIdentity(stats), identity)) throw replaced(file, `${file} is another file now`);
    for (const { path, identity: own } of this.#besides) {
      if (own !== null && !isSameFile(identityOf(path), own)) {
        throw replaced(file, `${path} was removed or replaced`);
      }
    }
    this.#checkContent(stats);
  }

  // A backup that is copied over the file leaves it the same file. It does not have our mark where we put it.
  #checkContent({ mtimeNs, size }: BigIntStats): void {
    const look = `${mtimeNs} ${size}`;
    if (look === this.#lastLook) return;
    if (this.#hasMark()) this.#isMarkOnDisk = true;
    else if (this.#isMarkOnDisk) {
      const { file } = this.#guarded;
      throw replaced(file, `${file} was written over`);
    }
    this.#lastLook = look;
  }

  #hasMark(): boolean {
    const { descriptor, mark } = this.#guarded;
    const isOn = (page: number): boolean => {
      const at = (page - 1) * this.#page.length;
      const read = readSync(descriptor, this.#page, 0, this.#page.length, at);
      return this.#page.subarray(0, read).includes(Buffer.from(mark));
    };
    if (this.#markPage > 0 && isOn(this.#markPage)) return true;
    // VACUUM by a guest may move it, and the new place reaches the disk with a later checkpoint.
    const page = this.#db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'writer'").pluck().get();
    if (page !== this.#markPage) {
      this.#markPage = Number(page);
      this.#isMarkOnDisk = isOn(this.#markPage);
      return this.#isMarkOnDisk;
    }
    return false;
  }
}

function replaced(file: string, cause: string): StoreError {
  return new StoreError('DATABASE_REPLACED', { file, cause });
}
