// Which file is meant, whatever its name: a path that leads to another one later is noticed. Knows no SQLite.

import { type BigIntStats, statSync } from 'node:fs';

/** What tells a file from every other: its device and its number there. */
export interface FileIdentity {
  readonly device: bigint;
  readonly inode: bigint;
}

/** The file that a path leads to now; null where there is none. Throws when the file system cannot tell. */
export function identityOf(path: string): FileIdentity | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : toIdentity(stats);
}

/** Whether two are one file. */
export function isSameFile(one: FileIdentity | null, other: FileIdentity | null): boolean {
  return one !== null && other !== null && one.inode === other.inode && one.device === other.device;
}

export function toIdentity({ dev, ino }: BigIntStats): FileIdentity {
  return { device: dev, inode: ino };
}
