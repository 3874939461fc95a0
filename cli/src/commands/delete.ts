// anthracite delete: deletes events by their ids, or all that filters find.

import { createInterface } from 'node:readline/promises';
import { ClientError, formatTime, type HttpClient, type ListQuery } from '@anthracite/protocol';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTimeZone,
} from '../client-options';
import type { Environment } from '../environment';
import { readId } from '../event-id';
import { EventTable } from '../event-table';
import { exitCodes, UsageError } from '../exit-codes';
import { addFilterOptions, type FilterOptions, hasFilter, readFilter } from '../filter-options';
import { write } from '../output';
import { formatCount } from '../progress';
import type { CommandContext } from './context';

interface DeleteOptions extends ClientOptions, FilterOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const shownEvents = 10;

const examples = `
With filters it shows first what would go, and asks; where nobody can be asked, --yes says it beforehand. Only what was
counted is deleted: when other events match meanwhile, nothing is. Deleted events stay in their history, anthracite
restore puts them back, and a sender that sends them again brings nothing back.

Examples:
  $ anthracite delete 17 18
  $ anthracite delete --type test --until -30d --dry-run
  $ anthracite delete --type 'load_*' --tag host=bench1 --yes`;

/** Adds the command. */
export function addDeleteCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('delete')
    .description('delete events, by their ids or by filters')
    .argument('[ids...]', 'their ids, as anthracite list shows them');
  addFilterOptions(command).option('--dry-run', 'only show what would go').option('--yes', 'do not ask');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (ids: readonly string[], options: DeleteOptions) => {
      if (ids.length > 0 === hasFilter(options)) {
        throw new UsageError(
          ids.length > 0
            ? 'ids and filters cannot go together; give one of them'
            : 'name the events to delete by their ids, or by filters such as --type; --from 0 finds all',
        );
      }
      if (!options.dryRun) environment.goOnWithoutOutput();
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
      // One that is not there does not keep the others.
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
  // What is stored after the look is not meant.
  const query: ListQuery = { ...filter, until: filter['until'] ?? formatTime(now, 'UTC') };
  const count = await client.countMatching(query);
  if (count === 0) {
    environment.stderr.write('no event matches; nothing was deleted\n');
    return true;
  }
  const { events } = await client.events({ ...query, order: 'descending', limit: shownEvents });
  await write(environment, new EventTable(environment, zone).format(events.toReversed()));
  const others = count - events.length;
  const shown = others > 0 ? ` (these, and ${formatCount(others)} before them)` : '';
  if (options.dryRun) {
    environment.stderr.write(`${describeCount(count)} would be deleted${shown}\n`);
    return true;
  }
  if (!options.yes && !(await isConfirmed(`Delete ${describeCount(count)}${shown}?`, environment))) {
    environment.stderr.write('nothing was deleted\n');
    return false;
  }
  const { deleted } = await client.deleteMatching(query, count);
  await write(environment, `deleted ${describeCount(deleted)}\n`);
  return true;
}

const describeCount = (count: number): string => `${formatCount(count)} ${count === 1 ? 'event' : 'events'}`;

async function isConfirmed(question: string, { stdin, stderr }: Environment): Promise<boolean> {
  if (!stdin.isTTY || !stderr.isTTY) {
    throw new UsageError(`${question} Nobody can be asked here; say it with --yes, or look with --dry-run`);
  }
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
