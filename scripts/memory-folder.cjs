// Gives the tests a temporary folder in memory, if available: every acknowledged event is synced, and a sync to a disk takes some
// milliseconds. The sync calls are the same.

const { accessSync, constants, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } = require('node:fs');
const { join } = require('node:path');

const memory = '/dev/shm';
const leastBytes = 2 * 1024 ** 3;
const forgottenMs = 3_600_000;

/** Sets TMPDIR for this process and its child processes, unless it is set. The folder is removed when the process ends. */
function useMemoryFolder() {
  // Child processes share what the run starts once.
  process.env.ANTHRACITE_TEST_RUN ??= String(process.pid);
  if (process.env.TMPDIR !== undefined || !hasRoom()) return;
  removeForgotten();
  const folder = mkdtempSync(join(memory, `anthracite-tests-${process.pid}-`));
  process.env.TMPDIR = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
}

// Containers often have only 64 MB, too little for the tests' databases.
function hasRoom() {
  try {
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= leastBytes;
  } catch {
    return false;
  }
}

// Killed runs leave their folder. The age check protects processes of other containers, whose process ids are not visible here.
function removeForgotten() {
  for (const name of readdirSync(memory)) {
    const [, pid] = /^anthracite-tests-(\d+)-/.exec(name) ?? [];
    const folder = join(memory, name);
    if (pid === undefined || isRunning(Number(pid)) || ageMs(folder) < forgottenMs) continue;
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Something is still mounted in it, or it belongs to another user.
    }
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

function ageMs(folder) {
  return Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

module.exports = { useMemoryFolder };
