// Runs a child command, and passes input, output and signals through to it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Environment } from './environment';

/** How a command ended. */
export interface CommandEnd {
  /** The command's exit code; 128 plus the signal's number if a signal ended it; 127 or 126 if it could not be run. */
  readonly exitCode: number;
  /** The signal that ended the command; null if it exited. */
  readonly signal: NodeJS.Signals | null;
  /** Why the command could not be run; null if it ran. */
  readonly failure: string | null;
}

const notFound = 127;
const notAllowed = 126;

/** Runs a command and waits for its end. */
export async function runChild(
  command: string,
  args: readonly string[],
  environment: Environment,
): Promise<CommandEnd> {
  // Listen before the command starts: a signal without a listener would end this program instead of the command.
  environment.onPassedSignal((signal) => {
    // A terminal sends an interrupt to all its foreground processes, so the command has received it already.
    const isTerminals = environment.stdin.isTTY === true && (signal === 'SIGINT' || signal === 'SIGQUIT');
    if (!isTerminals) child.kill(signal);
  });
  const child = spawn(command, args, { stdio: 'inherit' });
  try {
    const [exitCode, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    const code = exitCode ?? 128 + (signal === null ? 0 : constants.signals[signal]);
    return { exitCode: code, signal, failure: null };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { exitCode: notFound, signal: null, failure: 'command not found' };
    if (code === undefined) throw error;
    return { exitCode: notAllowed, signal: null, failure: message };
  }
}
