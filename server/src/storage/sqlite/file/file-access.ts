// Manages the database file, its folder and its lock in the file system: creates missing ones, for their owner alone,
// and explains in one sentence why a server cannot use them. Independent of SQLite.

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
import { StoreError } from '../../store-error';

const fileMode = 0o600;
const folderMode = 0o700;
const everybody = 0o007;
const maxLinks = 40;

/** Files next to the database that belong to it. */
export const besideDatabase = ['-wal', '-shm', '-lock'] as const;

/** The file that a path leads to: SQLite keeps its log next to that file, and the lock is there too. */
export function resolveDatabase(path: string): string {
  let file = path;
  for (let links = 0; links < maxLinks && isLink(file); links++) {
    file = existsSync(file) ? realpathSync(file) : resolve(dirname(file), readlinkSync(file));
  }
  return file;
}

/** Throws a `StoreError` when the path, or the path of the lock, leads to something other than a file. */
export function requireFile(file: string): void {
  for (const path of [file, `${file}-lock`]) {
    const stats = statOf(path);
    if (stats !== null && !stats.isFile()) {
      throw new StoreError('DATABASE_NOT_A_FILE', { file: path, kind: kindOf(stats) });
    }
  }
}

/**
 * Creates the folder and the lock file if they are missing, and checks whether this process may use them and the
 * database. Throws a `StoreError`.
 */
export function prepareFiles(file: string): void {
  makeFolder(file);
  refuseSecondName(file);
  makeFile(`${file}-lock`);
  for (const path of [file, ...besideDatabase.map((suffix) => file + suffix)]) {
    if (existsSync(path)) requireAccess(path);
  }
  // SQLite creates and removes files there.
  requireAccess(dirname(file));
}

/** Creates an empty file that only its owner can read; an existing file is unchanged. Throws a `StoreError`. */
export function makeFile(path: string): void {
  try {
    // An existing file is not opened: closing it would release the locks of this process on it.
    closeSync(openSync(path, 'wx', fileMode));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw noAccess(path, error);
  }
}

/**
 * Removes read access for everybody, which earlier versions granted, from the database and the files next to it. Access
 * of the group is unchanged. Returns the files that everybody can still read, because another user owns them.
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
    return false; // the code that creates its folder reports the problem
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
        remedy: `Create it with: install -d -m 700 -o ${uid} ${folder}; or choose another file with --database.`,
      }),
    });
  }
}

// One by one: Node's own `recursive` never returns if a file system refuses with ENOENT, as /proc does.
function makeFolders(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false }) !== undefined) return;
  makeFolders(dirname(folder));
  mkdirSync(folder, { mode: folderMode });
}

// Something in a folder without access may exist.
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

// Under a second name the file would have a second write-ahead log, and neither server would see what the other has
// written.
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
    return null; // the code that creates its folder reports the problem
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

// Known on Linux only; elsewhere a single file cannot be mounted.
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

// A missing file is created in its nearest existing parent folder.
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
  if (code === 'EROFS') return 'Mount its file system for writing, or choose another file with --database.';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'Free some space there, then start again.';
  const uid = process.getuid?.();
  if (!isDenial(error) || uid === undefined || uid === 0) return 'Choose another file with --database.';
  return statSync(path).isFile()
    ? `Run it as another user, or: chown ${uid} ${path}`
    : `Give this user access to ${path}, or choose another file with --database.`;
}
