// Finds Chromium for the tests.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const browser = inPath('chromium');
const shell = inPath('chromium-headless-shell');

/** The path of a Chromium that needs no display; empty if none is installed. */
// The headless shell has the same engine as the full browser, and uses a third of its processor time.
export const chromiumProgram = shell === '' ? browser : shell;

/** The path of the full browser, for features in which the shell differs; else of the shell. */
export const wholeChromiumProgram = browser === '' ? shell : browser;

/**
 * True if Chromium and a font are installed. Without a font, text has no width and height, and Chromium crashes on some pages.
 */
export function hasBrowser(): boolean {
  return chromiumProgram !== '' && hasFont();
}

// Without fontconfig's program, its configuration and a font were usually installed with Chromium.
function hasFont(): boolean {
  const listed = spawnSync('fc-list', ['--format', '%{file}\n']);
  return listed.status !== 0 || listed.stdout.length > 0;
}

function inPath(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? '';
}
