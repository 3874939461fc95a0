// anthracite check: checks a database file for damage, with or without a running server.

import { existsSync } from 'node:fs';
import { preview, printable } from '@anthracite/protocol';
import type { CheckOutcome } from '@anthracite/server';
import { Option } from 'commander';
import type { Environment } from '../environment';
import { exitCodes, UsageError } from '../exit-codes';
import { write } from '../output';
import { describeEvents, formatCount, Progress } from '../progress';
import { loadServer } from '../whole-server';
import { requireFile } from './backup';
import type { CommandContext } from './context';

interface CheckCommandOptions {
  readonly config?: string;
  readonly json?: boolean;
}

const examples = `
Checks the definitions of the tables, the structure of the file, the hash of every text, and whether every index and key
agrees with the events. It never writes, and you can run it while a server uses the file. Without a file, it checks the
database that the settings name.

Exit codes: 0 no damage, 1 not an Anthracite database, 3 damaged, 4 the disk returned a read error.

Examples:
  $ anthracite check
  $ anthracite check /backup/anthracite.db --json`;

/** Adds the command. */
export function addCheckCommand({ program, environment, end }: CommandContext): void {
  program
    .command('check')
    .description('check a database file for damage')
    .argument('[file]', 'the database file (default: the file that the setting database names)')
    .addOption(new Option('--config <file>', 'YAML file with settings'))
    .option('--json', 'print JSON: {"file", "status", "events", "findings", "cause"}')
    .addHelpText('after', examples)
    .action(async (file: string | undefined, options: CheckCommandOptions) => {
      end(await runCheck(file ?? readFile(options, environment), options, environment));
    });
}

function readFile({ config }: CheckCommandOptions, { variables }: Environment): string {
  return requireFile(loadServer().loadConfig({ config }, variables).settings.database);
}

async function runCheck(
  file: string,
  options: CheckCommandOptions,
  environment: Environment,
): Promise<number> {
  if (!existsSync(file))
    throw new UsageError(`${preview(file)} does not exist; give the path of a database file`);
  const progress = new Progress(environment);
  const started = environment.now();
  let outcome: CheckOutcome;
  try {
    progress.show('structure');
    outcome = await loadServer().checkFile(file, {
      onProgress: ({ events, total }) =>
        progress.show(`${formatCount(events)} of ${formatCount(total)} events`),
    });
  } finally {
    progress.clear();
  }
  if (options.json) await write(environment, `${JSON.stringify({ file, ...outcome })}\n`);
  else await write(environment, describe(file, outcome, environment.now() - started));
  if (outcome.status === 'sound') return exitCodes.done;
  return outcome.status === 'damaged' ? exitCodes.damaged : exitCodes.unavailable;
}

function describe(file: string, { status, findings, events, cause }: CheckOutcome, ms: number): string {
  const name = printable(file);
  if (status === 'sound')
    return `${name}: no damage found in ${describeEvents(events)} (${(ms / 1_000).toFixed(1)} s)\n`;
  if (status === 'unreadable')
    return `${name} cannot be read: ${printable(cause)}. Check the disk, then try again.\n`;
  const { describeFinding } = loadServer();
  const lines = findings.map((finding) => `  ${printable(describeFinding(finding))}\n`);
  const advice = findings.some(({ kind }) => kind === 'structure')
    ? 'Stop the server and restore a backup; see docs/operations.md.'
    : 'The server can keep running. Compare these rows with a backup, then correct or delete them.';
  return `${name} is damaged:\n${lines.join('')}${advice}\n`;
}
