// Opens a text in the user's editor.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preview } from '@anthracite/protocol';
import type { Environment } from './environment';
import { UsageError } from './exit-codes';

const defaultEditor = 'vi';

/** Returns the text after the editor has exited. Throws a `UsageError` if the editor fails. */
export async function editText(text: string, { variables }: Environment): Promise<string> {
  const editor = [variables['VISUAL'], variables['EDITOR']].find((one) => one) ?? defaultEditor;
  // A private folder: other users of the machine must not read the file or replace it with a link.
  const folder = mkdtempSync(join(tmpdir(), 'anthracite-'));
  const file = join(folder, 'event.txt');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    // The variable may contain options, as in `code --wait`. The file name is an argument, not part of the shell text.
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
