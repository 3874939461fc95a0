// Folders of tests.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end';

// Puppet manages no file below /dev, where the tests' folder in memory is.
const parentForPuppet = tmpdir().startsWith('/dev/') ? '/tmp' : tmpdir();

/** A folder like `temporaryFolder`, in which Puppet makes the files that it needs. */
export function puppetFolder(): string {
  return temporaryFolder(parentForPuppet);
}

/** A folder of its own for a test; it goes when the test file ends. */
export function temporaryFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'anthracite-test-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
