// Temporary folders whose names say which process made them, so that those of killed processes can be removed.

import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What temporary folders are for. */
export type FolderPurpose = 'snapshot' | 'demo';

// Where processes cannot be told apart, such as those of another container: a folder in which nothing has changed for so long.
const abandonedMs = 86_400_000;

/** The path of such a folder of this process as `mkdtemp` takes it, without the end that makes it unique. */
export function ownedFolderPrefix(purpose: FolderPurpose): string {
  // The number of a process, its start, and the processes among which the number means something.
  const owner = [process.pid, startOf(process.pid) ?? 0, namespaceId()].join('.');
  return join(tmpdir(), `anthracite-${purpose}-${owner}-`);
}

/** Removes such folders of this user whose processes have ended. Returns their paths; what cannot be removed stays. */
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

// Clock ticks from the start of the machine, which only Linux tells.
function startOf(pid: number): string | null {
  try {
    // The second field, the program's name, may hold anything but ends with the last bracket.
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
