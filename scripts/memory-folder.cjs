// Gives the tests a temporary folder in memory, where there is one: on a disk a sync takes some milliseconds, and every event that
// is acknowledged is synced. What is synced, and when, is the same.

const { accessSync, constants, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } = require('node:fs');
const { join } = require('node:path');

const memory = '/dev/shm';
const leastBytes = 2 * 1024 ** 3;
const forgottenMs = 3_600_000;

/** Sets TMPDIR for this process and all that it starts, unless somebody has set it. The folder goes when the process ends. */
function useMemoryFolder() {
  if (process.env.TMPDIR !== undefined || !hasRoom()) return;
  removeForgotten();
  const folder = mkdtempSync(join(memory, `anthracite-tests-${process.pid}-`));
  process.env.TMPDIR = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
}

// Containers often have 64 MB there, which is too little for a database of the tests.
function hasRoom() {
  try {
    accessSync(memory, constants.W_OK);
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize >= leastBytes;
  } catch {
    return false;
  }
}

// A run that was killed leaves its folder. The age is for processes of other containers, whose numbers say nothing here.
function removeForgotten() {
  for (const name of readdirSync(memory)) {
    const [, pid] = /^anthracite-tests-(\d+)-/.exec(name) ?? [];
    const folder = join(memory, name);
    if (pid === undefined || isRunning(Number(pid)) || ageMs(folder) < forgottenMs) continue;
    rmSync(folder, { recursive: true, force: true });
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
