// Builds from a record of a server's system calls the files that a power cut at a given moment could have left: synced
// data is complete, and any part of the other data can be missing.

import { basename } from 'node:path';
import type { Random } from '../../src/demo/random';
import { decode, isSync, readCalls, type SystemCall } from './system-calls';

interface Change {
  readonly begun: number;
  readonly done: number;
  readonly kind: 'write' | 'truncate' | 'unlink';
  readonly offset: number;
  readonly data: Buffer;
}

interface RecordedFile {
  /** The line that created the file; -1 if it existed from the start. */
  readonly created: number;
  readonly start: Buffer;
  readonly changes: Change[];
  readonly syncs: SystemCall[];
}

/** A response of the server: its port and its bytes. */
export interface Answer {
  readonly begun: number;
  readonly port: number;
  readonly text: string;
}

const sectorBytes = 512;

/** The changes of a server to the files of a folder. */
export class RecordedDisk {
  readonly answers: Answer[] = [];
  readonly #files = new Map<string, RecordedFile>();
  readonly #folderSyncs: SystemCall[] = [];
  readonly #folder: string;

  /** Reads the record of a server that started with these files, all of them synced. */
  constructor(folder: string, recordFile: string, start: ReadonlyMap<string, Buffer>) {
    this.#folder = folder;
    for (const [name, content] of start) this.#add(name, -1, content);
    for (const call of readCalls(recordFile)) this.#take(call);
  }

  /** Counts of writes to a file, to check that a run covers enough. */
  writesTo(name: string): number {
    return this.#files.get(name)?.changes.length ?? 0;
  }

  /** The files as a power cut right after this line of the record could have left them. */
  imageAt(line: number, random: Random): Map<string, Buffer> {
    const image = new Map<string, Buffer>();
    for (const [name, file] of this.#files) {
      if (file.created > line) continue;
      // A name is on the disk when its folder is synced.
      const isNamed =
        file.created === -1 || this.#folderSyncs.some((sync) => covers(sync, file.created, line));
      if (!isNamed && random.chance(0.5)) continue;
      const content = contentAt(file, line, random);
      if (content !== null) image.set(name, content);
    }
    return image;
  }

  #add(name: string, created: number, start: Buffer = noBytes): RecordedFile {
    const file: RecordedFile = { created, start, changes: [], syncs: [] };
    this.#files.set(name, file);
    return file;
  }

  #take(call: SystemCall): void {
    const { name, text, begun, done } = call;
    if (name === 'openat') {
      const path = decode(/^[^"]*"((?:\\x..)*)", [^)]*O_CREAT/.exec(text)?.[1]);
      if (this.#isData(path) && !this.#files.has(basename(path))) this.#add(basename(path), done);
      return;
    }
    if (name === 'unlink') {
      const path = decode(/^"((?:\\x..)*)"/.exec(text)?.[1]);
      this.#files.get(basename(path))?.changes.push(changeOf('unlink', call));
      return;
    }
    const [, port] = /^\d+<TCP:\[[\d.]+:\d+->[\d.]+:(\d+)\]>/.exec(text) ?? [];
    if (port !== undefined) {
      const parts = [...text.matchAll(/"((?:\\x..)*)"/g)].map(([, part]) => decode(part));
      this.answers.push({ begun, port: Number(port), text: parts.join('') });
      return;
    }
    const path = decode(/^\d+<((?:\\x..)*)>/.exec(text)?.[1]);
    if (path === this.#folder && isSync(name)) this.#folderSyncs.push(call);
    if (!this.#isData(path)) return;
    const file = this.#files.get(basename(path));
    if (file === undefined) throw new Error(`${path} was written to and never made`);
    if (isSync(name)) file.syncs.push(call);
    else if (name === 'ftruncate') {
      file.changes.push({
        begun,
        done,
        kind: 'truncate',
        offset: numberAfter(/>, (\d+)/, text),
        data: noBytes,
      });
    } else if (name === 'pwrite64') {
      const data = Buffer.from(decode(/>, "((?:\\x..)*)"/.exec(text)?.[1]), 'latin1');
      const offset = numberAfter(/", \d+, (\d+)/, text);
      file.changes.push({ begun, done, kind: 'write', offset, data });
    } else throw new Error(`${name} on ${path}: not a call that the record understands`);
  }

  // The lock and the shared memory of the log's index are created again after a crash.
  #isData(path: string): boolean {
    return path.startsWith(`${this.#folder}/`) && !/-(?:lock|shm)$/.test(path);
  }
}

const noBytes = Buffer.alloc(0);

const changeOf = (kind: Change['kind'], { begun, done }: SystemCall): Change => ({
  begun,
  done,
  kind,
  offset: 0,
  data: noBytes,
});

/** True if a sync that ended by `line` started after the change had ended. */
const covers = (sync: SystemCall, changeDone: number, line: number): boolean =>
  sync.done <= line && sync.begun >= changeDone;

function contentAt(file: RecordedFile, line: number, random: Random): Buffer | null {
  const begun = file.changes.filter((change) => change.begun <= line);
  const size = Math.max(file.start.length, ...begun.map(({ offset, data }) => offset + data.length));
  const bytes = Buffer.alloc(size);
  file.start.copy(bytes);
  let length = file.start.length;
  const lastSync = Math.max(-1, ...file.syncs.filter(({ done }) => done <= line).map((sync) => sync.begun));
  // Of the data that was not synced, everything can be there, nothing, or any part.
  const keptShare = random.pick([0, 0.5, 1]);
  for (const { kind, offset, data, done } of begun) {
    const isSynced = done <= lastSync;
    if (!isSynced && random.next() >= keptShare) continue;
    if (kind === 'unlink') return null;
    if (kind === 'truncate') {
      if (offset < length) bytes.fill(0, offset, length);
      length = offset;
      continue;
    }
    for (let at = 0; at < data.length; at += sectorBytes) {
      const isTorn = !isSynced && keptShare < 1 && random.chance(0.2);
      if (!isTorn) data.copy(bytes, offset + at, at, Math.min(at + sectorBytes, data.length));
    }
    length = Math.max(length, offset + data.length);
  }
  return bytes.subarray(0, length);
}

function numberAfter(pattern: RegExp, text: string): number {
  const [, digits] = pattern.exec(text) ?? [];
  if (digits === undefined) throw new Error(`no number in a call: ${text.slice(-80)}`);
  return Number(digits);
}
