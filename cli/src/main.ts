#!/usr/bin/env node
// Runs the command and exits. The only file that does.

import { processEnvironment } from './environment';
import { runProgram } from './program';

// A reader that has seen enough, such as head, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

runProgram(process.argv.slice(2), processEnvironment()).then(
  (exitCode) => {
    // What was written is flushed before the end; an idle connection does not hold it up.
    process.stdout.write('', () => process.exit(exitCode));
  },
  (error: unknown) => {
    process.stderr.write(
      `anthracite: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(1);
  },
);
