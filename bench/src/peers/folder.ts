// Folders for what peers write.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a folder in a folder. */
export function folderIn(folder: string, name: string): string {
  const made = join(folder, name);
  mkdirSync(made, { recursive: true });
  return made;
}
