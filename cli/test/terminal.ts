// Runs the built program in a pseudo-terminal, by `script` of util-linux.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { hasProgram, needs } from '@anthracite/testing';
import { cleanEnvironment } from './program';

const main = join(__dirname, '../src/main.js');

/** `test` where a program for pseudo-terminals is installed. */
export const withTerminal = needs('script', hasProgram('script', '--version'));

/** Options for a program in a terminal. */
export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Characters of a line. */
  readonly columns?: number;
  /** The typed input. */
  readonly input?: string;
}

/** Runs a command to its end in a terminal, and returns the whole output with the exit code. */
export async function runInTerminal(
  args: readonly string[],
  { env = {}, columns = 80, input = '' }: TerminalOptions = {},
): Promise<{ exitCode: number | null; shown: string }> {
  const words = [process.execPath, main, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const child = spawn('script', ['-qec', `stty cols ${columns}; ${words.join(' ')}`, '/dev/null'], {
    env: { ...cleanEnvironment(), TERM: 'xterm', SHELL: '/bin/sh', ...env },
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  child.stdin.on('error', () => {});
  // The end of the input is left open, as in a terminal.
  child.stdin.write(input);
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, shown: shown.replaceAll('\r\n', '\n') };
}
