// The spool: a folder that keeps lines on disk until they are sent, one file per line.
//
// A file is written under another name, synced and renamed, so it is complete or does not exist. Any number of programs may add,
// send and remove lines at the same time without a lock. A line that is sent twice is stored once.

import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

/** A line in the spool. */
export interface SpooledLine {
  /** Name of its file. Names sort by age. */
  readonly name: string;
  /** The line, with its line end. */
  readonly line: string;
}

/** File endings: a line, an event with a key, or a mark whose span is not known yet. */
export type SpoolSuffix = '.line' | '.event' | '.mark';
// Only the owner may read the files, because lines contain hosts and resources.
const folderMode = 0o700;
const fileMode = 0o600;
const draftMs = 60_000;

export class Spool {
  readonly #folder: string;
  readonly #maxLines: number;
  readonly #suffix: SpoolSuffix;
  #lastName = '';
  // An estimate: other programs also add and remove lines, so the folder is read before a line is dropped.
  #guess = 0;

  private constructor(folder: string, maxLines: number, suffix: SpoolSuffix) {
    this.#folder = folder;
    this.#maxLines = maxLines;
    this.#suffix = suffix;
  }

  /** Opens the folder; creates it if it does not exist. Rejects with an error of the file system. */
  static async open(folder: string, maxLines: number, suffix: SpoolSuffix = '.line'): Promise<Spool> {
    await mkdir(folder, { recursive: true, mode: folderMode });
    const spool = new Spool(folder, maxLines, suffix);
    await spool.#recoverDrafts();
    spool.#guess = await spool.count();
    return spool;
  }

  /** The number of lines. */
  async count(): Promise<number> {
    return (await this.#names()).length;
  }

  /**
   * Adds a line, given without its line end. Resolves when it is on disk, with the number of oldest lines that were dropped
   * because the spool was full. Rejects with an error of the file system.
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

  /** The oldest lines, at most `maxLines` and `maxBytes`, but at least one line unless the spool is empty. */
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

  /** Removes sent lines. A missing file is not an error. */
  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(join(this.#folder, name), { force: true });
  }

  /**
   * Reserves a line, so that no other program sends it too. False if another program has reserved or sent it. Call `finish` or
   * `release` afterwards. If the program is killed, the line becomes available again after one minute.
   */
  async claim(name: string): Promise<boolean> {
    const now = new Date();
    const path = join(this.#folder, name);
    return ifThere(utimes(path, now, now).then(() => rename(path, join(this.#folder, `.${name}`))));
  }

  /** Removes a reserved line after it was sent. */
  async finish(name: string): Promise<void> {
    await rm(join(this.#folder, `.${name}`), { force: true });
  }

  /** Makes a reserved line available again. If another program has taken it meanwhile, this is not an error. */
  async release(name: string): Promise<void> {
    await ifThere(rename(join(this.#folder, `.${name}`), join(this.#folder, name)));
  }

  /**
   * Renames a line that the server can never accept, so that it does not block the other lines. Resolves with its new path, even
   * if another program has renamed it first.
   */
  async setAside(name: string): Promise<string> {
    const path = join(this.#folder, `${name}.refused`);
    await ifThere(rename(join(this.#folder, name), path));
    return path;
  }

  // Recovers drafts of killed programs: complete lines are kept, incomplete ones removed. Drafts of the last minute may belong to
  // another running program.
  async #recoverDrafts(): Promise<void> {
    const names = await readdir(this.#folder);
    for (const name of names.filter((one) => one.startsWith('.') && one.endsWith(this.#suffix))) {
      const draft = join(this.#folder, name);
      const { mtimeMs = Date.now() } = (await stat(draft).catch(() => null)) ?? {};
      if (Date.now() - mtimeMs < draftMs) continue;
      const isWhole = (await readFile(draft, 'utf8').catch(() => '')).endsWith('\n');
      if (isWhole) await rename(draft, join(this.#folder, name.slice(1))).catch(() => {});
      else await rm(draft, { force: true });
    }
  }

  // Null if another program has sent and removed it meanwhile.
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
      (name) => name.endsWith(this.#suffix) && !name.startsWith('.'),
    );
    this.#guess = names.length;
    return names.sort();
  }

  // Names have a counter for each millisecond, so that lines are sent in order.
  #newName(now: number): string {
    const stamp = String(Math.max(0, Math.trunc(now))).padStart(15, '0');
    const previous = /^(\d{15})-(\d{6})/.exec(this.#lastName);
    const count = previous?.[1] === stamp ? Number(previous[2]) + 1 : 0;
    this.#lastName = `${stamp}-${String(count).padStart(6, '0')}-${randomBytes(6).toString('hex')}${this.#suffix}`;
    return this.#lastName;
  }

  // The name of a new file is on disk only after its folder is synced.
  async #syncFolder(): Promise<void> {
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

// False if the file does not exist, because other programs use the same folder.
async function ifThere(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
