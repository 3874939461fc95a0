// A folder that servers of other users can enter.

import { chmodSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { temporaryFolder } from '@anthracite/testing';

const mayEnter = 0o001;

/** A temporary folder with the given mode, whose parent every user can enter. */
export function openFolder(mode: number): string {
  const folder = temporaryFolder();
  chmodSync(folder, mode);
  for (const parent of new Set([dirname(folder), tmpdir()])) {
    const { mode: own } = statSync(parent);
    if ((own & mayEnter) === 0) chmodSync(parent, own | mayEnter);
  }
  return folder;
}
