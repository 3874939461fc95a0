// anthracite purge: removes single events without a trace, such as those with a leaked secret.

import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError, type HttpClient } from '@anthracite/protocol';
import { addServerOption, type ClientOptions, createClient } from '../client-options';
import { isConfirmed } from '../confirm';
import type { Environment } from '../environment';
import { readId } from '../event-id';
import { exitCodes } from '../exit-codes';
import { write } from '../output';
import { describeEvents } from '../progress';
import type { CommandContext } from './context';

interface PurgeOptions extends ClientOptions {
  readonly yes?: boolean;
}

const waitMs = 60_000;
const lookMs = 200;

const examples = `
For events with a leaked secret. A purged event is gone from the database, from its history and from the search index,
and cannot be restored. Its history says only that it was purged, when and by whom. Needs a token with the role admin.
Stop the sender first: if the event is sent again, it is stored again. Backups and exports are not changed.

Exit codes: 0 erased, 1 refused, 4 purged, but bytes are left after a minute, because the server still works on it, or
a query, an export or a backup reads an earlier state: run it again later.

Examples:
  $ anthracite purge 17
  $ anthracite purge 17 18 --yes`;

/** Adds the command. */
export function addPurgeCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('purge')
    .description('remove events for ever, with their history')
    .argument('<ids...>', 'event ids')
    .option('--yes', 'do not ask for confirmation');
  addServerOption(command)
    .addHelpText('after', examples)
    .action(async (given: readonly string[], options: PurgeOptions) => {
      const ids = given.map((text) => readId(text, 'list'));
      const question = `Purge ${describeEvents(ids.length)}? Nothing can be restored.`;
      if (!options.yes && !(await isConfirmed(question, 'use --yes to confirm', environment))) {
        environment.stderr.write('nothing was purged\n');
        return end(exitCodes.refused);
      }
      end(await purge(createClient(options, environment), ids, environment));
    });
}

async function purge(client: HttpClient, ids: readonly number[], environment: Environment): Promise<number> {
  let last: number | null = null;
  let exitCode: number = exitCodes.done;
  for (const id of ids) {
    try {
      await client.purge(id);
      await write(environment, `${id}: purged\n`);
      last = id;
    } catch (error) {
      // A missing event does not stop the others.
      if (!(error instanceof ClientError && error.code === 'REFUSED' && error.status === 404)) throw error;
      exitCode = exitCodes.refused;
      environment.stderr.write(`${id}: ${error.message}\n`);
    }
  }
  if (last === null || (await isErasedWithin(waitMs, client, last, environment))) return exitCode;
  environment.stderr.write(
    'the events are purged, but bytes are left: the server still erases them, or a query, an export or a backup reads an earlier state; run the command again later\n',
  );
  return exitCodes.unavailable;
}

async function isErasedWithin(
  ms: number,
  client: HttpClient,
  id: number,
  environment: Environment,
): Promise<boolean> {
  for (const endsAt = environment.now() + ms; ; await sleep(lookMs)) {
    if (await client.purge(id)) return true;
    if (environment.now() > endsAt) return false;
  }
}
