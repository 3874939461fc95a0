// anthracite list: shows events, as a table, JSON, or lines that can be sent in again.

import {
  bodyOf,
  type EventPage,
  formatTime,
  type HttpClient,
  type ListQuery,
  preview,
  titleOf,
} from '@anthracite/protocol';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTime,
  readTimeZone,
} from '../client-options';
import type { Environment } from '../environment';
import { UsageError } from '../exit-codes';
import { passOn, write } from '../output';
import { formatTable } from '../table';
import type { CommandContext } from './context';

interface ListOptions extends ClientOptions {
  readonly from?: string;
  readonly until?: string;
  readonly type: readonly string[];
  readonly tag: readonly string[];
  readonly limit?: string;
  readonly json?: boolean;
  readonly raw?: boolean;
}

const tableLimit = 100;
const pageEvents = 1_000;

const examples = `
Times are as Graphite's from and until take them (-6h, now-1d, noon_yesterday, 18:30_20261124), ISO 8601, or seconds
since the epoch. The newest ${tableLimit} events of the range are shown, the newest last; --json and --raw give all of them.

Examples:
  $ anthracite list --from -6h
  $ anthracite list --type deploy_website --type puppet --tag env=prod --from monday
  $ anthracite list --raw --from -30d > events.txt
  $ anthracite list --json --tag host=web1 | jq '.events[].description'`;

const collect = (value: string, values: readonly string[]): readonly string[] => [...values, value];

/** Adds the command. */
export function addListCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('list')
    .description('show events')
    .option('--from <when>', 'from then on, inclusive (default: the beginning)')
    .option('--until <when>', 'until then, inclusive (default: now)')
    .option('--type <type>', 'of this type; repeated: of any of these', collect, [])
    .option('--tag <tag>', 'with this tag; repeated: with all of these', collect, [])
    .option(
      '--limit <count>',
      `at most so many events, or all (default: ${tableLimit}; all with --json and --raw)`,
    )
    .option('--json', 'print JSON: {"events": [...], "truncated"}, times in milliseconds')
    .option('--raw', 'print lines as anthracite takes them');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (options: ListOptions) => {
      if (options.json && options.raw)
        throw new UsageError('--json and --raw are two formats; give one of them');
      const zone = readTimeZone(options, environment);
      const now = environment.now();
      const time = (option: 'from' | 'until'): string | undefined => {
        const text = options[option];
        return text === undefined ? undefined : formatTime(readTime(`--${option}`, text, now, zone), 'UTC');
      };
      const query = { from: time('from'), until: time('until'), type: options.type, all: options.tag };
      const client = createClient(options, environment);
      const limit = readLimit(
        options.limit,
        options.json || options.raw ? Number.POSITIVE_INFINITY : tableLimit,
      );
      if (options.json)
        await passOn(environment, client.stream('json', { ...query, limit: writeLimit(limit) }));
      else if (options.raw)
        await passOn(environment, client.stream('raw', { ...query, limit: writeLimit(limit) }));
      else if (limit === Number.POSITIVE_INFINITY) await showAll(client, query, zone, environment);
      else await showNewest(client, query, limit, zone, environment);
    });
}

function readLimit(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (text === 'all') return Number.POSITIVE_INFINITY;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit > 0) return limit;
  throw new UsageError(`--limit is ${preview(text)}; expected a whole number from 1, or all`);
}

const writeLimit = (limit: number): string => (Number.isFinite(limit) ? String(limit) : 'all');

async function showNewest(
  client: HttpClient,
  query: ListQuery,
  limit: number,
  zone: string,
  environment: Environment,
): Promise<void> {
  const page = await client.events({ ...query, order: 'descending', limit });
  await write(environment, formatTable(page.events.toReversed().map((event) => toRow(event, zone))));
  if (page.truncated) {
    environment.stderr.write(
      `truncated: only the newest ${page.events.length} are shown; --limit all shows all\n`,
    );
  }
}

async function showAll(
  client: HttpClient,
  query: ListQuery,
  zone: string,
  environment: Environment,
): Promise<void> {
  let after: string | undefined;
  do {
    const page = await client.events({ ...query, limit: pageEvents, after });
    await write(environment, formatTable(page.events.map((event) => toRow(event, zone))));
    after = page.next;
  } while (after !== undefined);
}

function toRow({ id, time, type, tags, description }: EventPage['events'][number], zone: string): string[] {
  const body = bodyOf(description);
  const more = body === '' ? '' : ` [+${body.split('\n').length} lines]`;
  return [String(id), formatTime(time, zone), type, tags.join(' '), titleOf(description) + more];
}
