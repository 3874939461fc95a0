#!/usr/bin/env node
// Entry point: runs the command and exits. No other file ends the process.

import { useSystemZones } from '@anthracite/protocol';
import { processEnvironment } from './environment';
import { runProgram } from './program';

const environment = processEnvironment();
useSystemZones(environment.variables);
const flushMs = 1_000;

// A closed output, as with head, is not an error. Commands that change something still finish.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (!environment.outlivesOutput) process.exit(error.code === 'EPIPE' ? 0 : 1);
});
// An error of standard error cannot be reported anywhere.
process.stderr.on('error', () => {});

/** Exits after standard output is flushed, and standard error too if it is read soon. */
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
  // Also after the signal: its default action does not end the first process of a container.
  process.exit(exitCode);
}

runProgram(process.argv.slice(2), environment).then(exit, (error: unknown) => {
  process.stderr.write(
    `anthracite: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  exit(1);
});
