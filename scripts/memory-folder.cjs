// Gives the tests a temporary folder in memory, where there is one: on a disk a sync takes some milliseconds, and every event that
// is acknowledged is synced. What is synced, and when, is the same.

const { accessSync, constants, mkdtempSync, rmSync, statfsSync } = require('node:fs');
const { join } = require('node:path');

const memory = '/dev/shm';
const leastBytes = 2 * 1024 ** 3;

/** Sets TMPDIR for this process and all that it starts, unless somebody has set it. The folder goes when the process ends. */
function useMemoryFolder() {
  if (process.env.TMPDIR !== undefined || !hasRoom()) return;
  const folder = mkdtempSync(join(memory, 'anthracite-tests-'));
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

module.exports = { useMemoryFolder };
