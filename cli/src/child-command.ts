// Runs a command in place of this program: its input, output and signals are passed through. Knows no event.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Environment } from './environment';

/** How a command ended. */
export interface CommandEnd {
  /** Its own exit code; 128 and the signal's number for one that a signal ended; 127 or 126 where it could not be run. */
  readonly exitCode: number;
  /** The signal that ended it. */
  readonly signal: NodeJS.Signals | null;
  /** Why it could not be run, for one that is not there or may not be. */
  readonly failure: string | null;
}

const notFound = 127;
const notAllowed = 126;

/** Runs a command to its end. */
export async function runChild(
  command: string,
  args: readonly string[],
  environment: Environment,
): Promise<CommandEnd> {
  // Before the command begins: one that comes at once must find a listener, or it ends this program and not the command.
  environment.onPassedSignal((signal) => {
    // A terminal sends its interrupt to all that run in it: the command has it already.
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
