// Runs a bridge as a program: its streams, its error messages and its exit codes.

import type { Readable, Writable } from 'node:stream';
import { ClientError } from '../client/client-error';
import { defaultRetry, withRetry } from '../client/retry';
import { printable } from '../problem';
import { BridgeUsageError } from './bridge-flags';

/** Everything that a bridge uses of its process. */
export interface BridgeEnvironment {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted when the program must stop. */
  readonly stopping: AbortSignal;
}

const maxUnreadBytes = 1_048_576;

/** Exit codes, the same as those of the `anthracite` command; see `docs/cli.md`. */
export const bridgeExitCodes = { done: 0, refused: 1, usage: 2, unavailable: 4 } as const;

/**
 * Runs one command line, writes its error to standard error, and resolves with the exit code. `end` sets an exit code other than
 * 0. Rejects with errors of the program itself.
 */
export async function runBridgeCommand(
  name: string,
  { stdout, stderr }: BridgeEnvironment,
  run: (end: (exitCode: number) => void) => Promise<unknown>,
): Promise<number> {
  // The bridge must continue to accept reports when its output is closed.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  let exitCode: number = bridgeExitCodes.done;
  try {
    await run((code) => {
      exitCode = code;
    });
    return exitCode;
  } catch (error) {
    const { message, code, exitCode: given } = error as NodeJS.ErrnoException & { exitCode?: number };
    // The library has already written the error. Help and version are not errors.
    if (code?.startsWith('commander.')) return given === 0 ? bridgeExitCodes.done : bridgeExitCodes.usage;
    const isUsage =
      error instanceof BridgeUsageError || (error instanceof ClientError && error.code === 'BAD_URL');
    if (!isUsage && code === undefined) throw error;
    stderr.write(`${name}: ${printable(message)}\n`);
    return isUsage ? bridgeExitCodes.usage : bridgeExitCodes.refused;
  }
}

/** Returns a function that writes one line to standard error. If nobody reads them, further lines are dropped and counted. */
export function sayTo({ stderr }: BridgeEnvironment, name: string): (text: string) => void {
  let dropped = 0;
  return (text) => {
    if (stderr.writableLength > maxUnreadBytes) {
      dropped++;
      return;
    }
    if (dropped > 0) stderr.write(`${name}: dropped ${dropped} lines, because nobody read standard error\n`);
    dropped = 0;
    stderr.write(`${name}: ${printable(text)}\n`);
  };
}

/** Sends the events of a spool, with retries. False, with a message, if they must stay in the spool. */
export async function flushSpool(
  sender: { flush(): Promise<void> },
  folder: string,
  say: (text: string) => void,
): Promise<boolean> {
  try {
    await withRetry(() => sender.flush(), defaultRetry);
    return true;
  } catch (error) {
    // The events are in the spool: the next command sends them.
    if (!(error instanceof ClientError)) throw error;
    say(`${error.message}; the events wait in ${folder}`);
    return false;
  }
}
