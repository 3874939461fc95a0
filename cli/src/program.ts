// The anthracite command: its subcommands, and what its errors mean for the exit code.

import { ClientError } from '@anthracite/protocol';
import { ListenError, SettingError, StoreError } from '@anthracite/server/core';
import { Command, CommanderError } from 'commander';
import { addCatalogCommands } from './commands/catalog';
import { addCheckCommand } from './commands/check';
import { addCompletionCommand } from './commands/completion';
import { addConfigCommand } from './commands/config';
import { addDeleteCommand } from './commands/delete';
import { addDemoCommand } from './commands/demo';
import { addDeployCommand } from './commands/deploy';
import { addEditCommand } from './commands/edit';
import { addExportCommand } from './commands/export';
import { addHistoryCommand } from './commands/history';
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
import { ImportError } from './import/found';

/** Runs one command line, without the names of node and script. Resolves with the exit code, after saying what was wrong. */
export async function runProgram(args: readonly string[], environment: Environment): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = createProgram(environment, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said what was wrong already; asking for help or the version is no fault.
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
    .description('Keeps what happened, and tells what changed.')
    .version(environment.version)
    // Options behind the command of anthracite wrap are its own.
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

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 damaged database, 4 server unavailable (try again later),
5 the database was removed, replaced, or opened by another server.`,
    );
  const context = { program, environment, end };
  addServeCommand(context);
  addDemoCommand(context);
  addSendCommand(context);
  addStartCommand(context);
  addResolveCommands(context);
  addWrapCommand(context);
  addDeployCommand(context);
  addListCommand(context);
  addTailCommand(context);
  addShowCommand(context);
  addEditCommand(context);
  addDeleteCommand(context);
  addRestoreCommand(context);
  addHistoryCommand(context);
  addCatalogCommands(context);
  addExportCommand(context);
  addImportCommand(context);
  addSpansCommand(context);
  addSuspectCommands(context);
  addReportCommand(context);
  addRejectsCommand(context);
  addTokenCommand(context);
  addCheckCommand(context);
  addConfigCommand(context);
  addCompletionCommand(context);
  return program;
}

function exitCodeOf(error: unknown): ExitCode | null {
  if (error instanceof UsageError || error instanceof SettingError) return exitCodes.usage;
  if (error instanceof ClientError) {
    if (error.code === 'BAD_URL' || error.code === 'BAD_TOKEN') return exitCodes.usage;
    return error.isRetryable ? exitCodes.unavailable : exitCodes.refused;
  }
  if (error instanceof StoreError) {
    if (error.isDisplaced) return exitCodes.displaced;
    return error.isFatal ? exitCodes.damaged : exitCodes.refused;
  }
  return error instanceof ListenError || error instanceof ImportError ? exitCodes.refused : null;
}
