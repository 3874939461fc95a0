// Folders for the files of peers.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Creates a subfolder. */
export function folderIn(folder: string, name: string): string {
  const made = join(folder, name);
  mkdirSync(made, { recursive: true });
  return made;
}
