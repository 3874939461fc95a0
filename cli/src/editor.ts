// Lets somebody edit a text in the editor of their choice. Knows nothing of events.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preview } from '@anthracite/protocol';
import type { Environment } from './environment';
import { UsageError } from './exit-codes';

const defaultEditor = 'vi';

/** The text as it is when the editor has ended. Throws a `UsageError` when the editor fails. */
export async function editText(text: string, { variables }: Environment): Promise<string> {
  const editor = [variables['VISUAL'], variables['EDITOR']].find((one) => one) ?? defaultEditor;
  // Nobody else on the machine may read it, or put a link there.
  const folder = mkdtempSync(join(tmpdir(), 'anthracite-'));
  const file = join(folder, 'event.txt');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    // The variable may hold options, as in `code --wait`; the file is no part of the command's text.
    const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
    const [exitCode] = (await once(child, 'close')) as [number | null];
    if (exitCode !== 0) {
      throw new UsageError(`the editor ${preview(editor)} failed; nothing was changed`);
    }
    return readFileSync(file, 'utf8');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
