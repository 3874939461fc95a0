#!/usr/bin/env node
// Runs the command and exits. The only file that does.

import { processEnvironment } from './environment';
import { runProgram } from './program';

const environment = processEnvironment();
const flushMs = 1_000;

// A reader that has seen enough, such as head, is no fault; what changes something is finished all the same.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (!environment.outlivesOutput) process.exit(error.code === 'EPIPE' ? 0 : 1);
});
// Nobody is there to be told.
process.stderr.on('error', () => {});

/** Exits when what was written is flushed: to standard output in full, to standard error if it is read soon. */
function exit(exitCode: number): void {
  process.stdout.write('', () => {
    setTimeout(() => end(exitCode), flushMs);
    process.stderr.write('', () => end(exitCode));
  });
}

function end(exitCode: number): never {
  const { endSignal } = environment;
  if (endSignal !== null) {
    process.removeAllListeners(endSignal);
    process.kill(process.pid, endSignal);
  }
  // Also after a signal: it does not end the first process of a container.
  process.exit(exitCode);
}

runProgram(process.argv.slice(2), environment).then(exit, (error: unknown) => {
  process.stderr.write(
    `anthracite: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  exit(1);
});
