// Finds new reports in the folder of Puppet's report processor `store`: <folder>/<host>/<minute>.yaml. Stores its progress in a
// state file.

import { mkdir, open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The last report of a host that was read: its file name, and its time, because two runs in one minute have the same name. */
interface Progress {
  readonly name: string;
  readonly writtenMs: number;
}

/** A new report. */
export interface FoundReport {
  readonly path: string;
  readonly body: Buffer;
}

const reportName = /^\d{12}\.yaml$/;
// A folder's time has a limited resolution, so a folder that changed within this time is read again.
const settledMs = 2_000;

export class ReportFolder {
  readonly #folder: string;
  readonly #stateFile: string;
  readonly #maxBytes: number;
  readonly #progress: Map<string, Progress>;
  readonly #settled = new Map<string, number>();

  private constructor(folder: string, stateFile: string, maxBytes: number, progress: Map<string, Progress>) {
    this.#folder = folder;
    this.#stateFile = stateFile;
    this.#maxBytes = maxBytes;
    this.#progress = progress;
  }

  /**
   * Opens a folder. Without a state file, existing reports are skipped, unless `fromStart`. Rejects with an error of the file system
   * if the folder cannot be read.
   */
  static async open(
    folder: string,
    stateFile: string,
    { maxBytes, fromStart }: { readonly maxBytes: number; readonly fromStart: boolean },
  ): Promise<ReportFolder> {
    await readdir(folder);
    const known = await readProgress(stateFile);
    const opened = new ReportFolder(folder, stateFile, maxBytes, known ?? new Map());
    if (known === null && !fromStart) await opened.#skipAll();
    return opened;
  }

  /** Passes each new report to `take`, oldest first for each host, and stores the progress when `take` has resolved. */
  async scan(
    now: number,
    take: (report: FoundReport) => Promise<void>,
    onTooLarge: (path: string) => void,
  ): Promise<void> {
    for (const host of await this.#hosts()) {
      const changedMs = (await statOf(join(this.#folder, host)))?.mtimeMs;
      if (changedMs === undefined || this.#settled.get(host) === changedMs) continue;
      let hasNew = false;
      for (const one of await this.#newOf(host)) {
        const path = join(this.#folder, host, one.name);
        const body = await this.#read(path, onTooLarge);
        if (body !== null) await take({ path, body });
        this.#progress.set(host, one);
        hasNew = true;
      }
      if (hasNew) await this.#save();
      if (now - changedMs > settledMs) this.#settled.set(host, changedMs);
    }
  }

  async #hosts(): Promise<string[]> {
    const entries = await readdir(this.#folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  }

  async #newOf(host: string): Promise<Progress[]> {
    const last = this.#progress.get(host);
    const names = (await readdir(join(this.#folder, host)).catch(() => []))
      .filter((name) => reportName.test(name) && (last === undefined || name >= last.name))
      .sort();
    const found: Progress[] = [];
    for (const name of names) {
      const file = await statOf(join(this.#folder, host, name));
      if (!file?.isFile()) continue;
      if (name !== last?.name || file.mtimeMs !== last.writtenMs)
        found.push({ name, writtenMs: file.mtimeMs });
    }
    return found;
  }

  async #skipAll(): Promise<void> {
    for (const host of await this.#hosts()) {
      const last = (await this.#newOf(host)).at(-1);
      if (last) this.#progress.set(host, last);
    }
    await this.#save();
  }

  // Puppet deletes old reports, so a missing file is not an error.
  async #read(path: string, onTooLarge: (path: string) => void): Promise<Buffer | null> {
    const found = await statOf(path);
    if (!found) return null;
    if (found.size > this.#maxBytes) {
      onTooLarge(path);
      return null;
    }
    return readFile(path).catch(() => null);
  }

  async #save(): Promise<void> {
    const draft = `${this.#stateFile}.draft`;
    await mkdir(dirname(this.#stateFile), { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify(Object.fromEntries(this.#progress)), { mode: 0o600 });
    const file = await open(draft, 'r');
    await file.sync().finally(() => file.close());
    await rename(draft, this.#stateFile);
  }
}

async function readProgress(file: string): Promise<Map<string, Progress> | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return new Map(Object.entries(JSON.parse(text) as Record<string, Progress>));
  } catch {
    // With a code like errors of the file system, because the user must correct it.
    const message = `${file} is damaged, so the last read reports are unknown; delete it to continue with new reports`;
    throw Object.assign(new Error(message), { code: 'EBADMSG' });
  }
}

async function statOf(path: string) {
  return stat(path).catch(() => null);
}
