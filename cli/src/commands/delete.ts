// anthracite delete: deletes events by id, or all events that match filters.

import { ClientError, formatTime, type HttpClient, type ListQuery } from '@anthracite/protocol';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTimeZone,
} from '../client-options';
import { isConfirmed } from '../confirm';
import type { Environment } from '../environment';
import { readId } from '../event-id';
import { EventTable } from '../event-table';
import { exitCodes, UsageError } from '../exit-codes';
import { addFilterOptions, type FilterOptions, hasFilter, readFilter } from '../filter-options';
import { warnOfUnknownTypes } from '../known-types';
import { write } from '../output';
import { describeEvents, formatCount } from '../progress';
import type { CommandContext } from './context';

interface DeleteOptions extends ClientOptions, FilterOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const shownEvents = 10;

const examples = `
With filters, it shows the matching events and asks for confirmation; --yes skips the question. If the number of matches
changes before the deletion, nothing is deleted. Deleted events stay in the history, and anthracite restore restores them.
A deleted event that is sent again stays deleted.

Examples:
  $ anthracite delete 17 18
  $ anthracite delete --type test --until -30d --dry-run
  $ anthracite delete --type 'load_*' --tag host=bench1 --yes`;

/** Adds the command. */
export function addDeleteCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('delete')
    .description('delete events by id or by filter')
    .argument('[ids...]', 'event ids, as shown by anthracite list');
  addFilterOptions(command)
    .option('--dry-run', 'only show which events would be deleted')
    .option('--yes', 'do not ask for confirmation');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (ids: readonly string[], options: DeleteOptions) => {
      if (ids.length > 0 === hasFilter(options)) {
        throw new UsageError(
          ids.length > 0
            ? 'ids and filters cannot be combined; use one of them'
            : 'nothing to delete; give event ids, or filters such as --type (--from 0 matches all events since 1970)',
        );
      }
      if (!options.dryRun) environment.finishWithoutOutput();
      const client = createClient(options, environment);
      const isDone =
        ids.length > 0
          ? await deleteByIds(client, ids, options, environment)
          : await deleteByFilter(client, options, environment);
      if (!isDone) end(exitCodes.refused);
    });
}

async function deleteByIds(
  client: HttpClient,
  ids: readonly string[],
  { dryRun, ...options }: DeleteOptions,
  environment: Environment,
): Promise<boolean> {
  const zone = readTimeZone(options, environment);
  const table = new EventTable(environment, zone);
  let isWhole = true;
  for (const id of ids.map((text) => readId(text, 'list'))) {
    try {
      if (dryRun) await write(environment, table.format([await client.event(id)]));
      else {
        await client.deleteEvent(id);
        await write(environment, `${id}: deleted\n`);
      }
    } catch (error) {
      // A missing event does not stop the deletion of the others.
      if (!(error instanceof ClientError && error.code === 'NO_EVENT')) throw error;
      isWhole = false;
      environment.stderr.write(`${id}: ${error.message}\n`);
    }
  }
  return isWhole;
}

async function deleteByFilter(
  client: HttpClient,
  options: DeleteOptions,
  environment: Environment,
): Promise<boolean> {
  const zone = readTimeZone(options, environment);
  const now = environment.now();
  const filter = readFilter(options, now, zone);
  // Excludes events that are stored after this query.
  const query: ListQuery = { ...filter, until: filter['until'] ?? formatTime(now, 'UTC') };
  const count = await client.countMatching(query);
  if (count === 0) {
    await warnOfUnknownTypes(client, options.type, environment);
    environment.stderr.write('no event matches; nothing was deleted\n');
    return true;
  }
  const { events } = await client.events({ ...query, order: 'descending', limit: shownEvents });
  await write(environment, new EventTable(environment, zone).format(events.toReversed()));
  const others = count - events.length;
  const shown = others > 0 ? ` (these and ${formatCount(others)} older)` : '';
  if (options.dryRun) {
    environment.stderr.write(`${describeEvents(count)} would be deleted${shown}\n`);
    return true;
  }
  const question = `Delete ${describeEvents(count)}${shown}?`;
  const instead = 'use --yes to confirm, --dry-run to preview';
  if (!options.yes && !(await isConfirmed(question, instead, environment))) {
    environment.stderr.write('nothing was deleted\n');
    return false;
  }
  const { deleted } = await client.deleteMatching(query, count);
  await write(environment, `deleted ${describeEvents(deleted)}\n`);
  return true;
}
