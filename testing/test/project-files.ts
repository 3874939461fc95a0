// The files of the project, without git, which is a peer that can be missing.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the repository. */
export const root = join(__dirname, '../../..');

// `name/` is ignored everywhere, `/path/` only there. Patterns name no sources.
const ignored = new Set(
  readFileSync(join(root, '.gitignore'), 'utf8')
    .split('\n')
    .map((line) => line.replace(/\/$/, '')),
);

/** The paths of all files, from the root, except those in folders that `.gitignore` names. */
export const projectFiles: readonly string[] = filesOf('');

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.name === '.git' || ignored.has(entry.name) || ignored.has(`/${path}`)) return [];
    if (entry.isDirectory()) return filesOf(path);
    return entry.isFile() ? [path] : [];
  });
}
