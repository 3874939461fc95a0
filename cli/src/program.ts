// Builds the anthracite program from its commands, and maps errors to exit codes.

import { ClientError, problemSentences } from '@anthracite/protocol';
import { ListenError, SettingError, StoreError } from '@anthracite/server/core';
import { Command, CommanderError } from 'commander';
import { addArgumentHints } from './argument-hints';
import { addBackupCommands } from './commands/backup';
import { addCatalogCommands } from './commands/catalog';
import { addCheckCommand } from './commands/check';
import { addCompletionCommand } from './commands/completion';
import { addConfigCommand } from './commands/config';
import type { CommandContext } from './commands/context';
import { addDeleteCommand } from './commands/delete';
import { addDemoCommand } from './commands/demo';
import { addDeployCommand } from './commands/deploy';
import { addEditCommand } from './commands/edit';
import { addExportCommand } from './commands/export';
import { addFlushCommand } from './commands/flush';
import { addHealthCommand } from './commands/health';
import { addHelpCommand } from './commands/help';
import { addHistoryCommand } from './commands/history';
import { addHooksCommand } from './commands/hooks';
import { addImportCommand } from './commands/import';
import { addListCommand } from './commands/list';
import { addRejectsCommand } from './commands/rejects';
import { addReportCommand } from './commands/report';
import { addResolveCommands } from './commands/resolve';
import { addRestoreCommand } from './commands/restore';
import { addSendCommand } from './commands/send';
import { addServeCommand } from './commands/serve';
import { addShowCommand } from './commands/show';
import { addSpansCommand } from './commands/spans';
import { addStartCommand } from './commands/start';
import { addSuspectCommands } from './commands/suspects';
import { addTailCommand } from './commands/tail';
import { addTokenCommand } from './commands/token';
import { addWrapCommand } from './commands/wrap';
import type { Environment } from './environment';
import { type ExitCode, exitCodes, UsageError } from './exit-codes';
import { addGlobalOptions } from './global-options';
import { ImportError } from './import/found';

/** The commands in the groups of the help. */
const groups: readonly (readonly [string, readonly ((context: CommandContext) => void)[]])[] = [
  [
    'Send events:',
    [addSendCommand, addStartCommand, addResolveCommands, addWrapCommand, addDeployCommand, addFlushCommand],
  ],
  [
    'Query:',
    [
      addListCommand,
      addTailCommand,
      addShowCommand,
      addCatalogCommands,
      addSpansCommand,
      addSuspectCommands,
      addReportCommand,
    ],
  ],
  [
    'Correct events:',
    [addEditCommand, addDeleteCommand, addRestoreCommand, addHistoryCommand, addRejectsCommand],
  ],
  ['Export and import:', [addExportCommand, addImportCommand]],
  [
    'Run a server:',
    [
      addServeCommand,
      addDemoCommand,
      addHooksCommand,
      addTokenCommand,
      addHealthCommand,
      addBackupCommands,
      addCheckCommand,
      addConfigCommand,
    ],
  ],
  ['Shell and help:', [addCompletionCommand]],
];

/** Runs a command line, given without node and script. Writes errors to standard error, and resolves with the exit code. */
export async function runProgram(args: readonly string[], environment: Environment): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = createProgram(environment, (code) => {
    exitCode = code;
  });
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

/** Builds the program, with all its commands. */
export function createProgram(environment: Environment, end: (exitCode: number) => void): Command {
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
  for (const [heading, adders] of groups) {
    program.commandsGroup(heading);
    for (const add of adders) add(context);
  }
  addHelpCommand(context);
  addArgumentHints(program);
  return program;
}

const usageCodes: ReadonlySet<string> = new Set(['BAD_URL', 'BAD_PORT', 'BAD_TOKEN']);

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
