// Where the tests find a Chromium.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// The headless shell has the same engine as the browser, and needs a third of its processor time.
const programs = ['chromium-headless-shell', 'chromium'];

/** The path of a Chromium that needs no display; empty where there is none. */
export const chromiumProgram = programs.map(inPath).find((path) => path !== '') ?? '';

function inPath(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? '';
}
