// Where the tests find a Chromium.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const browser = inPath('chromium');
const shell = inPath('chromium-headless-shell');

/** The path of a Chromium that needs no display; empty where there is none. */
// The headless shell has the same engine as the browser, and needs a third of its processor time.
export const chromiumProgram = shell === '' ? browser : shell;

/** The path of the whole browser, for what the shell does otherwise; the shell where there is nothing else. */
export const wholeChromiumProgram = browser === '' ? shell : browser;

function inPath(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? '';
}
