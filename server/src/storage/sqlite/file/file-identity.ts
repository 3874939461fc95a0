// Identifies a file independently of its name, to notice when a path leads to another file. Independent of SQLite.

import { type BigIntStats, fstatSync, type Stats, statSync } from 'node:fs';

/** Identifies a file: its device and its inode number, as a bigint where a number would be rounded. */
export interface FileIdentity {
  readonly device: number | bigint;
  readonly inode: number | bigint;
}

/** The metadata of a file. */
export type FileStats = Stats | BigIntStats;

/** The file that a path leads to now; null if none exists. Throws when the file system returns another error. */
export function identityOf(path: string): FileIdentity | null {
  const stats = statsOf(path);
  return stats === undefined ? null : toIdentity(stats);
}

/** The metadata of the file that a path leads to; undefined if none exists. */
export function statsOf(path: string): FileStats | undefined {
  // Bigints cost several times as much, and most file systems do not need them.
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined || isExact(stats)
    ? stats
    : statSync(path, { bigint: true, throwIfNoEntry: false });
}

/** The metadata of an open file. */
export function statsOfOpen(descriptor: number): FileStats {
  const stats = fstatSync(descriptor);
  return isExact(stats) ? stats : fstatSync(descriptor, { bigint: true });
}

/** Whether two identities are the same file. */
export function isSameFile(one: FileIdentity | null, other: FileIdentity | null): boolean {
  return one !== null && other !== null && one.inode === other.inode && one.device === other.device;
}

export function toIdentity({ dev, ino }: FileStats): FileIdentity {
  return { device: dev, inode: ino };
}

function isExact({ dev, ino }: Stats): boolean {
  return Number.isSafeInteger(ino) && Number.isSafeInteger(dev);
}
