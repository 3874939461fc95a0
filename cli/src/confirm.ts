// Asks for confirmation before an action that deletes something.

import { createInterface } from 'node:readline/promises';
import type { Environment } from './environment';
import { UsageError } from './exit-codes';

/** True if the user answers yes at the terminal. Without a terminal, throws a `UsageError` with the advice `instead`. */
export async function isConfirmed(
  question: string,
  instead: string,
  { stdin, stderr }: Environment,
): Promise<boolean> {
  if (!stdin.isTTY || !stderr.isTTY) throw new UsageError(`${question} This is not a terminal: ${instead}`);
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
