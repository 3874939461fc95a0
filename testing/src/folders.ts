// Temporary folders of tests.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end';

// Puppet does not manage files below /dev, where the tests' folder in memory is.
const parentForPuppet = tmpdir().startsWith('/dev/') ? '/tmp' : tmpdir();

/** A folder like `temporaryFolder`, in which Puppet can manage files. */
export function puppetFolder(): string {
  return temporaryFolder(parentForPuppet);
}

/** A folder for a test, removed at the end of the test file. */
export function temporaryFolder(parent = tmpdir()): string {
  const folder = mkdtempSync(join(parent, 'anthracite-test-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
