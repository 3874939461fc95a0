// Keeps lines on disk until they are sent: a folder, in it one file for each line. Knows no network.
//
// A file is written under another name, synced, and renamed: it is there whole or not at all, and any number of programs
// may add, send and remove at the same time without a lock. A line that is sent twice is one event.

import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A line in the spool. */
export interface SpooledLine {
  /** Its file's name. Names sort by age. */
  readonly name: string;
  /** The line, with its line end. */
  readonly line: string;
}

const suffix = '.line';
// Only the owner reads what waits: lines name hosts and resources.
const folderMode = 0o700;
const fileMode = 0o600;
const draftMs = 60_000;

export class Spool {
  readonly #folder: string;
  readonly #maxLines: number;
  #lastName = '';
  // How many lines there may be: other programs add and remove too, so the folder is read before any line is dropped.
  #guess = 0;

  private constructor(folder: string, maxLines: number) {
    this.#folder = folder;
    this.#maxLines = maxLines;
  }

  /** Opens the folder, and makes it where there is none. Rejects with the error of the file system. */
  static async open(folder: string, maxLines: number): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: folderMode });
    const spool = new Spool(folder, maxLines);
    await spool.#recoverDrafts();
    spool.#guess = await spool.count();
    return spool;
  }

  /** How many lines wait. */
  async count(): Promise<number> {
    return (await this.#names()).length;
  }

  /**
   * Adds a line, given without its line end, and resolves when it is on disk. When the spool is full the oldest lines make
   * room: resolves with how many were dropped. Rejects with the error of the file system.
   */
  async add(line: string, now: number): Promise<number> {
    const name = this.#newName(now);
    const draft = join(this.#folder, `.${name}`);
    try {
      const file = await open(draft, 'wx', fileMode);
      try {
        await file.writeFile(`${line}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, join(this.#folder, name));
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    await this.#syncFolder();
    if (++this.#guess <= this.#maxLines) return 0;
    const names = await this.#names();
    const surplus = names.slice(0, Math.max(0, names.length - this.#maxLines));
    await this.remove(surplus);
    return surplus.length;
  }

  /** The oldest lines, up to so many and so many bytes, but at least one where there is one. */
  async oldest(maxLines: number, maxBytes: number): Promise<SpooledLine[]> {
    const lines: SpooledLine[] = [];
    let bytes = 0;
    for (const name of await this.#names()) {
      if (lines.length === maxLines) break;
      const line = await this.#read(name);
      if (line === null) continue;
      bytes += Buffer.byteLength(line);
      if (bytes > maxBytes && lines.length > 0) break;
      lines.push({ name, line });
    }
    return lines;
  }

  /** Removes lines that were sent. One that is gone already is no fault. */
  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(join(this.#folder, name), { force: true });
  }

  // What a program that was killed has left: whole lines are taken, pieces removed. Drafts of the last minute may be
  // those of another program that is at work.
  async #recoverDrafts(): Promise<void> {
    const names = await readdir(this.#folder);
    for (const name of names.filter((one) => one.startsWith('.') && one.endsWith(suffix))) {
      const draft = join(this.#folder, name);
      const { mtimeMs = Date.now() } = (await stat(draft).catch(() => null)) ?? {};
      if (Date.now() - mtimeMs < draftMs) continue;
      const isWhole = (await readFile(draft, 'utf8').catch(() => '')).endsWith('\n');
      if (isWhole) await rename(draft, join(this.#folder, name.slice(1))).catch(() => {});
      else await rm(draft, { force: true });
    }
  }

  // Another program may have sent and removed it meanwhile.
  async #read(name: string): Promise<string | null> {
    try {
      const text = await readFile(join(this.#folder, name), 'utf8');
      return text.endsWith('\n') ? text : `${text}\n`;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async #names(): Promise<string[]> {
    const names = (await readdir(this.#folder)).filter(
      (name) => name.endsWith(suffix) && !name.startsWith('.'),
    );
    this.#guess = names.length;
    return names.sort();
  }

  // Names count up even within a millisecond, so that lines leave in the order they came.
  #newName(now: number): string {
    const stamp = String(Math.max(0, Math.trunc(now))).padStart(15, '0');
    const previous = /^(\d{15})-(\d{6})/.exec(this.#lastName);
    const count = previous?.[1] === stamp ? Number(previous[2]) + 1 : 0;
    this.#lastName = `${stamp}-${String(count).padStart(6, '0')}-${randomBytes(6).toString('hex')}${suffix}`;
    return this.#lastName;
  }

  // The name of a file is on disk when its folder is.
  async #syncFolder(): Promise<void> {
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}
