// Finds new reports in the folder of Puppet's report processor `store`: <folder>/<host>/<minute>.yaml. Remembers in a file
// how far it has come. Knows nothing of what is in a report.

import { mkdir, open, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How far a host's reports were read: the last file's name, and when it was written, as two runs in a minute share a name. */
interface Mark {
  readonly name: string;
  readonly writtenMs: number;
}

/** A report that was found. */
export interface FoundReport {
  readonly path: string;
  readonly body: Buffer;
}

const reportName = /^\d{12}\.yaml$/;
// A folder's time may stand still for a moment after it was read; a folder that changed within it is read again.
const settledMs = 2_000;

export class ReportFolder {
  readonly #folder: string;
  readonly #stateFile: string;
  readonly #maxBytes: number;
  readonly #marks: Map<string, Mark>;
  readonly #settled = new Map<string, number>();

  private constructor(folder: string, stateFile: string, maxBytes: number, marks: Map<string, Mark>) {
    this.#folder = folder;
    this.#stateFile = stateFile;
    this.#maxBytes = maxBytes;
    this.#marks = marks;
  }

  /**
   * Opens a folder. Where no state is known, reports that are there already are passed over, unless `fromStart` says otherwise.
   * Rejects with the error of the file system when the folder cannot be read.
   */
  static async open(
    folder: string,
    stateFile: string,
    { maxBytes, fromStart }: { readonly maxBytes: number; readonly fromStart: boolean },
  ): Promise<ReportFolder> {
    await readdir(folder);
    const known = await readMarks(stateFile);
    const opened = new ReportFolder(folder, stateFile, maxBytes, known ?? new Map());
    if (known === null && !fromStart) await opened.#markAll();
    return opened;
  }

  /** Hands over each new report, oldest first within a host, and remembers it when `take` has resolved. */
  async scan(
    now: number,
    take: (report: FoundReport) => Promise<void>,
    onTooLarge: (path: string) => void,
  ): Promise<void> {
    for (const host of await this.#hosts()) {
      const changedMs = (await statOf(join(this.#folder, host)))?.mtimeMs;
      if (changedMs === undefined || this.#settled.get(host) === changedMs) continue;
      let hasNew = false;
      for (const mark of await this.#newOf(host)) {
        const path = join(this.#folder, host, mark.name);
        const body = await this.#read(path, onTooLarge);
        if (body !== null) await take({ path, body });
        this.#marks.set(host, mark);
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

  async #newOf(host: string): Promise<Mark[]> {
    const last = this.#marks.get(host);
    const names = (await readdir(join(this.#folder, host)).catch(() => []))
      .filter((name) => reportName.test(name) && (last === undefined || name >= last.name))
      .sort();
    const marks: Mark[] = [];
    for (const name of names) {
      const found = await statOf(join(this.#folder, host, name));
      if (!found?.isFile()) continue;
      if (name !== last?.name || found.mtimeMs !== last.writtenMs)
        marks.push({ name, writtenMs: found.mtimeMs });
    }
    return marks;
  }

  async #markAll(): Promise<void> {
    for (const host of await this.#hosts()) {
      const mark = (await this.#newOf(host)).at(-1);
      if (mark) this.#marks.set(host, mark);
    }
    await this.#save();
  }

  // Puppet tidies old reports away; one that is gone is no fault.
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
    await writeFile(draft, JSON.stringify(Object.fromEntries(this.#marks)), { mode: 0o600 });
    const file = await open(draft, 'r');
    await file.sync().finally(() => file.close());
    await rename(draft, this.#stateFile);
  }
}

async function readMarks(file: string): Promise<Map<string, Mark> | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return new Map(Object.entries(JSON.parse(text) as Record<string, Mark>));
  } catch {
    // A code as the file system's errors have one: it is the user's to mend.
    const message = `${file} does not say how far the reports were read; remove it, and they are read from now on`;
    throw Object.assign(new Error(message), { code: 'EBADMSG' });
  }
}

async function statOf(path: string) {
  return stat(path).catch(() => null);
}
