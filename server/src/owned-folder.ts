// Names temporary folders after the process that made them, so that folders of killed processes can be removed.

import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The purposes of temporary folders. */
export type FolderPurpose = 'snapshot' | 'demo';

// If the process cannot be identified, as in another container: a folder without changes for this long is abandoned.
const abandonedMs = 86_400_000;

/** The path of a temporary folder of this process for `mkdtemp`, without the unique suffix. */
export function ownedFolderPrefix(purpose: FolderPurpose): string {
  // The process id, its start time, and the namespace of process ids.
  const owner = [process.pid, startOf(process.pid) ?? 0, namespaceId()].join('.');
  return join(tmpdir(), `anthracite-${purpose}-${owner}-`);
}

/**
 * Removes temporary folders of this user whose processes have ended. Returns their paths; folders that cannot be
 * removed are skipped.
 */
export function removeAbandonedFolders(now = Date.now()): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(tmpdir());
  } catch {
    return [];
  }
  return names
    .filter((name) => nameForm.test(name))
    .map((name) => join(tmpdir(), name))
    .filter((folder) => isAbandoned(folder, now) && isRemoved(folder));
}

const nameForm = /^anthracite-(?:snapshot|demo)-(\d+)\.(\d+)\.(\d+)-[A-Za-z0-9]{6}$/;

function isAbandoned(folder: string, now: number): boolean {
  const [, pid, start, namespace] = nameForm.exec(folder.slice(folder.lastIndexOf('/') + 1)) ?? [];
  try {
    const found = lstatSync(folder);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
    if (namespace !== namespaceId()) return now - lastChange(folder) > abandonedMs;
    return !isAlive(Number(pid), start ?? '');
  } catch {
    return false;
  }
}

function isAlive(pid: number, start: string): boolean {
  const known = startOf(pid);
  if (known !== null) return known === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function lastChange(folder: string): number {
  const files = readdirSync(folder).map((name) => statSync(join(folder, name)).mtimeMs);
  return Math.max(lstatSync(folder).mtimeMs, ...files);
}

// Clock ticks since the machine's boot, available on Linux only.
function startOf(pid: number): string | null {
  try {
    // The second field, the program's name, may contain any text but ends with the last bracket.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ');
    return fields?.[19] ?? null;
  } catch {
    return null;
  }
}

function namespaceId(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

function isRemoved(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}
