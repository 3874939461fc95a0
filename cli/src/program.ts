// Builds the anthracite program from its commands, and maps errors to exit codes.

import { ClientError, problemSentences } from '@anthracite/protocol';
import { ListenError, SettingError, StoreError } from '@anthracite/server/core';
import { Command, CommanderError } from 'commander';
import { addArgumentHints } from './argument-hints';
import { type CommandFile, commandGroups } from './command-groups';
import { addHelpCommand } from './commands/help';
import type { Environment } from './environment';
import { type ExitCode, exitCodes, UsageError } from './exit-codes';
import { addGlobalOptions } from './global-options';
import { ImportError } from './import/found';

/** Runs a command line, given without node and script. Writes errors to standard error, and resolves with the exit code. */
export async function runProgram(args: readonly string[], environment: Environment): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = createProgram(
    environment,
    (code) => {
      exitCode = code;
    },
    args,
  );
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has already written the error. Help and version are not errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const known = exitCodeOf(error);
    if (known === null) throw error;
    environment.stderr.write(`anthracite: ${(error as Error).message}\n`);
    return known;
  }
}

/** Builds the program: with the commands that a command line may run, or else with all commands. */
export function createProgram(
  environment: Environment,
  end: (exitCode: number) => void,
  args: readonly string[] = [],
): Command {
  const program = new Command('anthracite')
    .description('Record what happened; find out what changed.')
    .version(environment.version)
    // Options after the command of anthracite wrap belong to that command.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => environment.stdout.write(text),
      writeErr: (text) => environment.stderr.write(text.replace(/^error: /, 'anthracite: ')),
    })
    .showHelpAfterError('(try --help)')
    .addHelpText(
      'after',
      `
Examples:
  $ anthracite serve
  $ anthracite send deploy_website "release 42, by Nicolas" --tag env=prod
  $ anthracite list --from -6h --type deploy_website

Exit codes: 0 success, 1 refused, 2 usage error, 3 damaged database, 4 server unavailable (try again later),
5 database removed, replaced, or opened by another server.`,
    );
  addGlobalOptions(program);
  const context = { program, environment, end };
  const isWanted = filesFor(args);
  for (const [heading, files] of commandGroups) {
    program.commandsGroup(heading);
    for (const file of files) if (isWanted(file)) file.add(context);
  }
  addHelpCommand(context);
  addArgumentHints(program);
  return program;
}

// The help, the completion and the suggestion for a misspelt command need all commands.
function filesFor(args: readonly string[]): (file: CommandFile) => boolean {
  const first = args.find((arg) => !arg.startsWith('-'));
  const isNamed = (file: CommandFile): boolean => file.names.some((name) => args.includes(name));
  const isKnown = commandGroups.some(([, files]) => files.some(({ names }) => names.includes(first ?? '')));
  return isKnown && first !== 'completion' ? isNamed : () => true;
}

const usageCodes: ReadonlySet<string> = new Set(['BAD_URL', 'BAD_TOKEN']);

function exitCodeOf(error: unknown): ExitCode | null {
  if (error instanceof UsageError || error instanceof SettingError) return exitCodes.usage;
  if (error instanceof ClientError) {
    if (usageCodes.has(error.code)) return exitCodes.usage;
    // The server checks arguments that the command only forwards.
    if (isOfArgument(error.serverCode)) return exitCodes.usage;
    return error.isRetryable ? exitCodes.unavailable : exitCodes.refused;
  }
  if (error instanceof StoreError) {
    if (error.isDisplaced) return exitCodes.displaced;
    return error.isFatal ? exitCodes.damaged : exitCodes.refused;
  }
  return error instanceof ListenError || error instanceof ImportError ? exitCodes.refused : null;
}

function isOfArgument(code: string | null): boolean {
  return code === 'BAD_PARAMETER' || (code !== null && Object.hasOwn(problemSentences, code));
}
