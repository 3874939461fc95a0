// anthracite list: lists events as a table or in any text format.

import type { HttpClient, ListQuery } from '@anthracite/protocol';
import { type ListFormat, listFormatNames } from '@anthracite/server/core';
import { Option } from 'commander';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTimeZone,
} from '../client-options';
import type { Environment } from '../environment';
import { EventTable } from '../event-table';
import { UsageError } from '../exit-codes';
import { addFilterOptions, type FilterOptions, readFilter } from '../filter-options';
import { hintOfFuture } from '../future-time';
import { warnOfUnknownTypes } from '../known-types';
import { passOn, write } from '../output';
import {
  addGroupOptions,
  createOrderOption,
  type GroupOptions,
  readCount,
  readGroup,
  writeLimit,
} from '../page-options';
import type { CommandContext } from './context';

type Order = 'ascending' | 'descending';
type TextFormat = Exclude<ListFormat, 'jsonp' | 'sqlite'>;

interface ListOptions extends ClientOptions, FilterOptions, GroupOptions {
  readonly format?: TextFormat | 'table';
  readonly json?: boolean;
  readonly raw?: boolean;
  readonly order?: Order;
  readonly limit?: string;
  readonly after?: string;
}

const tableLimit = 100;
const textFormats = listFormatNames.filter(
  (name): name is TextFormat => name !== 'jsonp' && name !== 'sqlite',
);

const examples = `
Times are Graphite times (-6h, now-1d, noon_yesterday, 18:30_20261124), ISO 8601, or seconds since the epoch. The table
shows the newest ${tableLimit} events of the range, newest last; all other formats have all events, oldest first.

Examples:
  $ anthracite list --from -6h
  $ anthracite list --type 'deploy_*' --type puppet --tag env=prod --from monday
  $ anthracite list --search '"roll back" -staging' --none env=test
  $ anthracite list --group version --window 30min --from -1d
  $ anthracite list --raw --from -30d > events.txt
  $ anthracite list --format ndjson --tag host=web1 | jq -r .description`;

/** Adds the command. */
export function addListCommand({ program, environment }: CommandContext): void {
  const command = addFilterOptions(program.command('list').description('list events'))
    .addOption(
      new Option('--format <name>', 'output format (default: table)').choices(['table', ...textFormats]),
    )
    .option('--json', 'same as --format json: {"events": [...], "truncated"}, times in milliseconds')
    .option('--raw', 'same as --format raw: lines of the line protocol, which you can submit again')
    .option(
      '--limit <count>',
      `maximum number of events, or all (default: ${tableLimit} in the table, all in other formats)`,
    )
    .addOption(createOrderOption('order by time (default: ascending; the table ends with the newest event)'))
    .option('--after <place>', 'continue a truncated list; <place> is the value that the list printed');
  addServerOption(addTimeZoneOption(addGroupOptions(command)))
    .addHelpText('after', examples)
    .action(async (options: ListOptions) => {
      const format = readFormat(options);
      const zone = readTimeZone(options, environment);
      const { order, after } = options;
      const now = environment.now();
      const query = { ...readFilter(options, now, zone), ...readGroup(options), after };
      const limit = readCount('--limit', options.limit ?? (format === 'table' ? String(tableLimit) : 'all'));
      const client = createClient(options, environment);
      await warnOfUnknownTypes(client, options.type, environment);
      if (format !== 'table') {
        const pieces = client.stream(format, { ...query, order, limit: writeLimit(limit) });
        await passOn(environment, pieces);
      } else if (limit === Number.POSITIVE_INFINITY) {
        const table = new EventTable(environment, zone);
        for await (const events of client.allEvents({ ...query, order })) {
          await write(environment, table.format(events));
        }
      } else {
        const hint = hintOfFuture(options.from, now, zone);
        await showSome(client, query, order, limit, new EventTable(environment, zone), hint, environment);
      }
    });
}

function readFormat({ format, json, raw }: ListOptions): TextFormat | 'table' {
  const asked = [format, json && 'json', raw && 'raw'].filter((one) => typeof one === 'string');
  if (new Set(asked).size > 1)
    throw new UsageError(`the formats ${asked.join(' and ')} cannot be combined; use one of them`);
  return (asked[0] ?? 'table') as TextFormat | 'table';
}

async function showSome(
  client: HttpClient,
  query: ListQuery,
  order: Order | undefined,
  limit: number,
  table: EventTable,
  hint: string,
  environment: Environment,
): Promise<void> {
  const page = await client.events({ ...query, order: order ?? 'descending', limit });
  await write(environment, table.format(order === undefined ? page.events.toReversed() : page.events));
  if (page.events.length === 0) environment.stderr.write(`no event matches${hint}\n`);
  if (page.next === undefined) return;
  const [shown, others] = order === 'ascending' ? ['oldest', 'newer'] : ['newest', 'older'];
  environment.stderr.write(
    `truncated: ${shown} ${page.events.length} events shown; --after ${page.next} continues with ${others} events, --limit all shows all\n`,
  );
}
