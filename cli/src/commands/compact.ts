// anthracite compact: rewrites the database of a stopped server.

import { existsSync } from 'node:fs';
import { preview, printable } from '@anthracite/protocol';
import { UsageError } from '../exit-codes';
import { write } from '../output';
import { formatCount } from '../progress';
import { loadServer } from '../whole-server';
import { addDatabaseOptions, type DatabaseOptions, databaseOf } from './backup';
import type { CommandContext } from './context';

const examples = `
Stop the server first. The database is rewritten without free space, and without bytes of deleted events. Needs as much
free disk space as the database has. A database of a version without purges returns free space to the disk only after
this.

Example:
  $ anthracite compact --database /var/lib/anthracite/anthracite.db`;

/** Adds the command. */
export function addCompactCommand({ program, environment }: CommandContext): void {
  addDatabaseOptions(
    program.command('compact').description('rewrite the database of a stopped server without free space'),
  )
    .addHelpText('after', examples)
    .action(async (options: DatabaseOptions) => {
      const database = databaseOf(options, environment);
      if (!existsSync(database)) throw new UsageError(`the database ${preview(database)} does not exist`);
      const { before, after } = loadServer().compactDatabase(database);
      await write(
        environment,
        `${printable(database)}: ${formatCount(before)} bytes before, ${formatCount(after)} bytes now\n`,
      );
    });
}
