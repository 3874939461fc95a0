// anthracite backup and restore-backup: copy the database of a running server, and restore a copy.

import { existsSync } from 'node:fs';
import { preview, printable } from '@anthracite/protocol';
import { isPostgresAddress, shownDatabase } from '@anthracite/server/core';
import { type Command, Option } from 'commander';
import type { Environment } from '../environment';
import { UsageError } from '../exit-codes';
import { write } from '../output';
import { describeEvents, formatCount } from '../progress';
import { addOptionsOf } from '../setting-options';
import { loadServer } from '../whole-server';
import type { CommandContext } from './context';

/** The options that name a database. */
export interface DatabaseOptions {
  readonly config?: string;
  readonly database?: string;
}

interface BackupOptions extends DatabaseOptions {
  readonly fullCheck?: boolean;
}

const backupExamples = `
Copies everything that is committed when it starts. The server continues to store events. The file appears, or replaces an older
one, when it is complete, checked and synced: an interrupted backup changes nothing. Run it on the machine of the server,
as its user.

Exit codes: 0 done, 1 not done, 3 the database is damaged.

Examples:
  $ anthracite backup /backup/anthracite.db
  $ anthracite backup "/backup/anthracite-$(date +%a).db" --full-check`;

const restoreExamples = `
Stop the server first. The backup is checked before it becomes the database; the backup itself stays unchanged. The
previous database is renamed to <database>-replaced-<time>, not deleted.

Exit codes: 0 done, 1 not done, for example because a server uses the database, 3 the backup is damaged.

Example:
  $ anthracite restore-backup /backup/anthracite.db --database /var/lib/anthracite/anthracite.db`;

/** Adds the commands. */
export function addBackupCommands({ program, environment }: CommandContext): void {
  addDatabaseOptions(
    program
      .command('backup')
      .description('copy the database of a running or stopped server to a file')
      .argument('<file>', 'the file to write; an existing one is replaced')
      .option('--full-check', 'compare every text, index and key of the copy, not only its structure'),
  )
    .addHelpText('after', backupExamples)
    .action(async (file: string, options: BackupOptions) => {
      const database = databaseOf(options, environment);
      if (!existsSync(database)) throw new UsageError(`the database ${preview(database)} does not exist`);
      const extent = options.fullCheck ? 'all' : 'structure';
      const { bytes, events } = await loadServer().backUpDatabase(database, file, extent);
      await write(
        environment,
        `${printable(file)}: ${describeEvents(events)}, ${formatCount(bytes)} bytes, no damage found\n`,
      );
    });
  addDatabaseOptions(
    program
      .command('restore-backup')
      .description('replace the database of a stopped server by a backup')
      .argument('<file>', 'the backup'),
  )
    .addHelpText('after', restoreExamples)
    .action(async (file: string, options: BackupOptions) => {
      if (!existsSync(file)) throw new UsageError(`the backup ${preview(file)} does not exist`);
      const database = databaseOf(options, environment);
      const now = new Date(environment.now());
      const { events, replaced } = await loadServer().restoreDatabase(file, database, now);
      const before = replaced === null ? '' : `; the previous database is ${printable(replaced)}`;
      await write(environment, `${printable(database)}: ${describeEvents(events)} restored${before}\n`);
    });
}

/** Adds the options that name a database. */
export function addDatabaseOptions(command: Command): Command {
  return addOptionsOf(
    command.addOption(
      new Option(
        '--config <file>',
        'YAML file with settings, for the setting database (env: ANTHRACITE_CONFIG)',
      ),
    ),
    ['database'],
  );
}

/** The database file that they name. */
export function databaseOf({ config, database }: DatabaseOptions, { variables }: Environment): string {
  return requireFile(loadServer().loadConfig({ config, database }, variables).settings.database);
}

/** Refuses the address of a database, for commands that work on files. */
export function requireFile(database: string): string {
  if (!isPostgresAddress(database)) return database;
  throw new UsageError(
    `this command is for SQLite files, and the database is ${shownDatabase(database)}; use the tools of PostgreSQL, such as pg_dump`,
  );
}
