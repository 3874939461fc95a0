// Folders of tests.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './at-end';

/** A folder of its own for a test; it goes when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'anthracite-test-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
