// Checks after each commit whether the written file still has its name, and before each commit whether another server
// has opened it. If not, the commit is not acknowledged.

import { readSync } from 'node:fs';
import { StoreError } from '../../store-error';
import type { Database, Statement } from '../connection';
import {
  type FileIdentity,
  type FileStats,
  identityOf,
  isSameFile,
  statsOf,
  toIdentity,
} from './file-identity';

/** The data of a guard; can be passed to threads. */
export interface GuardedFile {
  readonly file: string;
  /** Of the file that was opened. */
  readonly identity: FileIdentity;
  /** Open for reading while any connection is open: closing it would release the locks of this process on the file. */
  readonly descriptor: number;
  /** Random, and unique for one server: the content of the table `writer` while no other server has opened the database. */
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
  #lastLook: Pick<FileStats, 'mtimeMs' | 'size'> = { mtimeMs: 0, size: 0 };
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

  /** Within a transaction: claims the database for this server. Another server's uncommitted changes then fail. */
  claim(): void {
    this.#setMark.run(this.#guarded.mark);
  }

  /** After the commit of `claim`. */
  confirmClaim(): void {
    Atomics.store(this.#guarded.claimed, 0, 1);
  }

  /** Within a transaction: throws `DATABASE_TAKEN` when another server has opened the database. */
  checkMark(): void {
    const { file, mark } = this.#guarded;
    if (this.#isMarked.get(mark) !== 1) throw new StoreError('DATABASE_TAKEN', { file });
  }

  /** After a commit: throws `DATABASE_REPLACED` when the written file no longer has its name. */
  checkFiles(): void {
    const { file, identity } = this.#guarded;
    const stats = statsOf(file);
    if (stats === undefined) throw replaced(file, `${file} is gone`);
    if (!isSameFile(toIdentity(stats), identity)) throw replaced(file, `${file} is another file now`);
    for (const { path, identity: own } of this.#besides) {
      if (own !== null && !isSameFile(identityOf(path), own)) {
        throw replaced(file, `${path} was removed or replaced`);
      }
    }
    this.#checkContent(stats);
  }

  // A backup that is copied over the file keeps the file's identity, but does not contain our mark at its place.
  #checkContent({ mtimeMs, size }: FileStats): void {
    const { mtimeMs: lastMs, size: lastSize } = this.#lastLook;
    if (mtimeMs === lastMs && size === lastSize) return;
    if (this.#hasMark()) this.#isMarkOnDisk = true;
    else if (this.#isMarkOnDisk) {
      const { file } = this.#guarded;
      throw replaced(file, `${file} was written over`);
    }
    this.#lastLook = { mtimeMs, size };
  }

  #hasMark(): boolean {
    const { descriptor, mark } = this.#guarded;
    const isOn = (page: number): boolean => {
      const at = (page - 1) * this.#page.length;
      const read = readSync(descriptor, this.#page, 0, this.#page.length, at);
      return this.#page.subarray(0, read).includes(Buffer.from(mark));
    };
    if (this.#markPage > 0 && isOn(this.#markPage)) return true;
    // VACUUM by another program may move it, and the new place reaches the disk with a later checkpoint.
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
