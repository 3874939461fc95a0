// Builds the anthracite-puppet-reporter program from its commands: listen, watch and send.

import { type BridgeEnvironment, runBridgeCommand } from '@anthracite/protocol/bridge';
import { Command } from 'commander';
import { commandName, version } from './command-options';
import { addListenCommand } from './listen-command';
import { addSendCommand } from './send-command';
import { addWatchCommand } from './watch-command';

/** Runs a command line, given without node and script. Writes errors to standard error, and resolves with the exit code. */
export function runBridge(args: readonly string[], environment: BridgeEnvironment): Promise<number> {
  return runBridgeCommand(commandName, environment, (end) =>
    createBridgeProgram(environment, end).parseAsync(args, { from: 'user' }),
  );
}

/** Builds the program, with all its commands. */
export function createBridgeProgram(
  environment: BridgeEnvironment,
  end: (exitCode: number) => void,
): Command {
  const program = new Command(commandName)
    .description("Turns Puppet's reports into events and sends them to Anthracite's line port.")
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => environment.stdout.write(text),
      writeErr: (text) => environment.stderr.write(text.replace(/^error: /, `${commandName}: `)),
    })
    .showHelpAfterError('(try --help)');
  addListenCommand(program, environment);
  addWatchCommand(program, environment);
  addSendCommand(program, environment, end);
  return program;
}
