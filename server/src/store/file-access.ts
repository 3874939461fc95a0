// The database file, its folder and its lock as the file system has them: makes what is missing, for its owner alone, and says
// in one sentence why a server cannot use them. Knows no SQLite.

import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StoreError } from './store-error';

const fileMode = 0o600;
const folderMode = 0o700;
const everybody = 0o007;
const maxLinks = 40;

/** Files that belong to a database, beside it. */
export const besideDatabase = ['-wal', '-shm', '-lock'] as const;

/** The file that a path leads to: SQLite keeps its log beside that one, and so do we the lock. */
export function resolveDatabase(path: string): string {
  let file = path;
  for (let links = 0; links < maxLinks && isLink(file); links++) {
    file = existsSync(file) ? realpathSync(file) : resolve(dirname(file), readlinkSync(file));
  }
  return file;
}

/** Throws a `StoreError` where the path, or that of the lock, leads to something that is no file. */
export function requireFile(file: string): void {
  for (const path of [file, `${file}-lock`]) {
    const stats = statOf(path);
    if (stats !== null && !stats.isFile()) {
      throw new StoreError('DATABASE_NOT_A_FILE', { file: path, what: kindOf(stats) });
    }
  }
}

/**
 * Makes the folder and the lock file where there is none, and looks whether this process may use them and the database.
 * Throws a `StoreError`.
 */
export function prepareFiles(file: string): void {
  makeFolder(file);
  refuseSecondName(file);
  makeFile(`${file}-lock`);
  for (const path of [file, ...besideDatabase.map((suffix) => file + suffix)]) {
    if (existsSync(path)) requireAccess(path);
  }
  // SQLite makes files there, and removes them.
  requireAccess(dirname(file));
}

/** Makes an empty file that only its owner may read; one that is there stays as it is. Throws a `StoreError`. */
export function makeFile(path: string): void {
  try {
    // One that is there is not opened: to close it would end the locks that this process has on it.
    closeSync(openSync(path, 'wx', fileMode));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw noAccess(path, error);
  }
}

/**
 * Takes the right to read away from everybody, which earlier versions gave, from the database and the files beside it. What a
 * group alone may do stays. Returns the files that are still open to everybody, because another user owns them.
 */
export function closeToOthers(file: string): string[] {
  return [file, ...besideDatabase.map((suffix) => file + suffix)].filter((path) => {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & everybody) === 0) return false;
    try {
      chmodSync(path, fileMode);
      return false;
    } catch {
      return true;
    }
  });
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false; // what is wrong with its folder is told by whoever makes that
  }
}

function makeFolder(file: string): void {
  const folder = resolve(dirname(file));
  try {
    makeFolders(folder);
  } catch (error) {
    if (isThere(folder)) throw noAccess(folder, error);
    const uid = process.getuid?.();
    const isDenied = uid !== undefined && isDenial(error);
    throw new StoreError('DATABASE_NO_FOLDER', {
      file,
      ...factsOf(folder, error),
      ...(isDenied && {
        remedy: `Make it with: install -d -m 700 -o ${uid} ${folder}; or name another file with --database.`,
      }),
    });
  }
}

// One by one: Node's own `recursive` never returns where a file system refuses with ENOENT, as /proc does.
function makeFolders(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  makeFolders(dirname(folder));
  mkdirSync(folder, { mode: folderMode });
}

// What lies in a folder that may not be entered may be there.
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return isDenial(error);
  }
}

function isDenial(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM';
}

// By a second name the file would have a second write-ahead log, and neither server would see what the other has written.
function refuseSecondName(file: string): void {
  const stats = statOf(file);
  if (stats === null) return;
  if (stats.nlink > 1) throw new StoreError('DATABASE_LINKED', { file, count: stats.nlink });
  if (mountPoints().has(realpathSync(file))) throw new StoreError('DATABASE_MOUNTED', { file });
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null; // what is wrong with its folder is told by whoever makes that
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

// Only Linux tells them; elsewhere a single file cannot be mounted.
function mountPoints(): ReadonlySet<string> {
  try {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    return new Set(lines.map((line) => unescapeOctal(line.split(' ')[4] ?? '')));
  } catch {
    return new Set();
  }
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

function requireAccess(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw noAccess(path, error);
  }
}

function noAccess(path: string, error: unknown): StoreError {
  return new StoreError('DATABASE_NO_ACCESS', { file: path, ...factsOf(path, error) });
}

function factsOf(path: string, error: unknown): { user: string; cause: string; remedy: string } {
  const { message } = error as NodeJS.ErrnoException;
  const user = process.getuid === undefined ? 'this user' : `user ${process.getuid()}`;
  const owned = nearestThere(path);
  const owner = owned === null ? '' : `; ${owned.path} is owned by user ${owned.uid}, mode ${owned.mode}`;
  const cause = `${message.split(', ')[0]}${owner}`;
  return { user, cause, remedy: remedyOf(error, owned?.path ?? path) };
}

// What is not there is made in the nearest folder above it that is.
function nearestThere(path: string): { path: string; uid: number; mode: string } | null {
  for (let at = resolve(path); ; at = dirname(at)) {
    try {
      const { uid, mode } = statSync(at);
      return { path: at, uid, mode: (mode & 0o7777).toString(8).padStart(4, '0') };
    } catch {
      if (at === dirname(at)) return null;
    }
  }
}

function remedyOf(error: unknown, path: string): string {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'EROFS') return 'Mount its file system for writing, or name another file with --database.';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'Free some space there, then start again.';
  const uid = process.getuid?.();
  if (!isDenial(error) || uid === undefined || uid === 0) return 'Name another file with --database.';
  return statSync(path).isFile()
    ? `Run it as another user, or: chown ${uid} ${path}`
    : `Give this user access to ${path}, or name another file with --database.`;
}
