// What a command is given to add itself to the program.

import type { Command } from 'commander';
import type { Environment } from '../environment';

export interface CommandContext {
  readonly program: Command;
  readonly environment: Environment;
  /** Ends the program with an exit code that is not 0, when the action has returned. */
  readonly end: (exitCode: number) => void;
}
