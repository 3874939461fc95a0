// The anthracite-chef-handler command: listens for messages, or sends some, and is done.

import { ClientError, printable } from '@anthracite/protocol';
import { BridgeUsageError } from '@anthracite/protocol/bridge';
import { Command, CommanderError } from 'commander';
import { type BridgeEnvironment, commandName, exitCodes, version } from './command-options';
import { addListenCommand } from './listen-command';
import { addSendCommand } from './send-command';

/** Runs one command line, without the names of node and script. Resolves with the exit code, after saying what was wrong. */
export async function runBridge(args: readonly string[], environment: BridgeEnvironment): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = createBridgeProgram(environment, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const { message, code } = error as NodeJS.ErrnoException;
    const isUsage =
      error instanceof BridgeUsageError || (error instanceof ClientError && error.code === 'BAD_URL');
    if (!isUsage && code === undefined) throw error;
    environment.stderr.write(`${commandName}: ${printable(message)}\n`);
    return isUsage ? exitCodes.usage : exitCodes.refused;
  }
}

/** Builds the program, with all its commands. */
export function createBridgeProgram(
  environment: BridgeEnvironment,
  end: (exitCode: number) => void,
): Command {
  const program = new Command(commandName)
    .description("Turns Chef's runs into events and sends them to Anthracite's line port.")
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => environment.stdout.write(text),
      writeErr: (text) => environment.stderr.write(text.replace(/^error: /, `${commandName}: `)),
    })
    .showHelpAfterError('(try --help)');
  addListenCommand(program, environment);
  addSendCommand(program, environment, end);
  return program;
}
