// What a command needs to register itself: the program, the environment, and a way to set the exit code.

import type { Command } from 'commander';
import type { Environment } from '../environment';

export interface CommandContext {
  readonly program: Command;
  readonly environment: Environment;
  /** Sets the exit code. The program exits when the action has returned. */
  readonly end: (exitCode: number) => void;
}
