// What a bridge is as a program: what it sees of the world, what it says when something is wrong, and its exit codes. Knows a
// command line library only by what its errors look like.

import type { Readable, Writable } from 'node:stream';
import { ClientError } from '../client/client-error';
import { defaultRetry, withRetry } from '../client/retry';
import { printable } from '../problem';
import { BridgeUsageError } from './bridge-flags';

/** What a bridge sees of the world. */
export interface BridgeEnvironment {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted when the program must stop in order. */
  readonly stopping: AbortSignal;
}

const maxUnreadBytes = 1_048_576;

/** Exit codes: those of the `anthracite` command, see `docs/cli.md`. */
export const bridgeExitCodes = { done: 0, refused: 1, usage: 2, unavailable: 4 } as const;

/**
 * Runs one command line, which may end with another exit code than 0, and resolves with the exit code, after saying what was
 * wrong. Rejects with what is a fault of the program itself.
 */
export async function runBridgeCommand(
  name: string,
  { stdout, stderr }: BridgeEnvironment,
  run: (end: (exitCode: number) => void) => Promise<unknown>,
): Promise<number> {
  // A reader that has left is no reason to take no more reports.
  for (const stream of [stdout, stderr]) stream.on('error', () => {});
  let exitCode: number = bridgeExitCodes.done;
  try {
    await run((code) => {
      exitCode = code;
    });
    return exitCode;
  } catch (error) {
    const { message, code, exitCode: given } = error as NodeJS.ErrnoException & { exitCode?: number };
    // The library has said what was wrong already; asking for help or the version is no fault.
    if (code?.startsWith('commander.')) return given === 0 ? bridgeExitCodes.done : bridgeExitCodes.usage;
    const isUsage =
      error instanceof BridgeUsageError || (error instanceof ClientError && error.code === 'BAD_URL');
    if (!isUsage && code === undefined) throw error;
    stderr.write(`${name}: ${printable(message)}\n`);
    return isUsage ? bridgeExitCodes.usage : bridgeExitCodes.refused;
  }
}

/** Says what goes wrong, a line each. Lines that nobody reads are dropped beyond a bound, and counted. */
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

/** Sends what waits in a spool, again and again for a while; false, after saying so, where it must go on waiting. */
export async function flushSpool(
  sender: { flush(): Promise<void> },
  folder: string,
  say: (text: string) => void,
): Promise<boolean> {
  try {
    await withRetry(() => sender.flush(), defaultRetry);
    return true;
  } catch (error) {
    // It is in the spool: the next command sends it.
    if (!(error instanceof ClientError)) throw error;
    say(`${error.message}; the events wait in ${folder}`);
    return false;
  }
}
