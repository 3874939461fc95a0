// anthracite restore: restores deleted events.

import { ClientError } from '@anthracite/protocol';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTimeZone,
} from '../client-options';
import { readId } from '../event-id';
import { describeEvent } from '../event-table';
import { exitCodes } from '../exit-codes';
import { write } from '../output';
import type { CommandContext } from './context';

const examples = `
Restoring an event that is not deleted changes nothing. anthracite history shows the changes to an event.

Examples:
  $ anthracite restore 17
  $ anthracite restore 17 18 19`;

/** Adds the command. */
export function addRestoreCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('restore')
    .description('restore deleted events')
    .argument('<ids...>', 'event ids');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (ids: readonly string[], options: ClientOptions) => {
      environment.finishWithoutOutput();
      const zone = readTimeZone(options, environment);
      const client = createClient(options, environment);
      for (const id of ids.map((text) => readId(text, 'tail'))) {
        try {
          const { isDeleted } = await client.history(id);
          const shown = describeEvent(await client.restore(id), zone);
          await write(environment, `${id}: ${isDeleted ? 'restored' : 'not deleted'}: ${shown}\n`);
        } catch (error) {
          // An event that cannot be restored does not stop the others.
          if (!(error instanceof ClientError && error.code === 'REFUSED')) throw error;
          end(exitCodes.refused);
          environment.stderr.write(`${id}: ${error.message}\n`);
        }
      }
    });
}
