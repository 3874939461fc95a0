// Finds reports that an earlier process left on disk.

import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDraft, isReport } from './file-names';

/** The file of a waiting report. */
export interface FoundFile {
  readonly name: string;
  readonly bytes: number;
}

/** Complete files, oldest first. Removes drafts, because they were never acknowledged. Rejects with an error of the file system. */
export async function findWaiting(folder: string): Promise<FoundFile[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.filter(isDraft)) await rm(join(folder, name), { force: true });
  const files: FoundFile[] = [];
  for (const name of names.filter(isReport).sort()) {
    files.push({ name, bytes: (await stat(join(folder, name))).size });
  }
  return files;
}
