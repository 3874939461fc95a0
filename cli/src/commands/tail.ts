// anthracite tail: shows the last events and follows new ones.

import {
  type ClientError,
  formatLine,
  formatTime,
  type GroupedEvent,
  type HttpClient,
  type ListQuery,
  printable,
  type StreamedChange,
  type StreamMessage,
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
import { describeChange, EventTable } from '../event-table';
import { exitCodes, UsageError } from '../exit-codes';
import { addFilterOptions, type FilterOptions, readFilter } from '../filter-options';
import { warnOfUnknownTypes } from '../known-types';
import { write } from '../output';
import { addGroupOptions, type GroupOptions, readCount, readGroup } from '../page-options';
import type { CommandContext } from './context';

interface TailOptions extends ClientOptions, FilterOptions, GroupOptions {
  readonly lines?: string;
  readonly since?: string;
  readonly json?: boolean;
  readonly raw?: boolean;
}

const defaultLines = '10';

const examples = `
Shows the last ${defaultLines} events, or all events since a time, then each new event as it is stored. Runs until Ctrl-C (exit code 0). If
the connection is lost, it reconnects and continues: no event is missing or repeated. When an event is edited, deleted or
restored, the change is shown too: as text in the table, as {"change", "id", "before", "after"} with --json, as a comment
with --raw.

Examples:
  $ anthracite tail --type 'deploy_*' --tag env=prod
  $ anthracite tail -n 0 --json | jq --unbuffered -r .description
  $ anthracite tail --since -1h --raw --server http://old:2006 | nc -N new 2005`;

/** Adds the command. */
export function addTailCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('tail')
    .description('follow new events')
    .option(
      '-n, --lines <count>',
      `number of earlier events to show first, or all (default: ${defaultLines})`,
    )
    .option('--since <when>', 'first show all events since this time, then new events');
  addFilterOptions(command)
    .option('--json', 'print JSON, one event per line, times in milliseconds')
    .option('--raw', 'print lines of the line protocol, which you can submit again');
  addServerOption(addTimeZoneOption(addGroupOptions(command)))
    .addHelpText('after', examples)
    .action(async (options: TailOptions) => end(await runTail(options, environment)));
}

async function runTail(options: TailOptions, environment: Environment): Promise<number> {
  if (options.json && options.raw)
    throw new UsageError('--json and --raw cannot be combined; use one of them');
  if (options.since !== undefined && options.lines !== undefined)
    throw new UsageError('--since and --lines cannot be combined; use one of them');
  const zone = readTimeZone(options, environment);
  const now = environment.now();
  const query = { ...readFilter(options, now, zone), ...readGroup(options) };
  const sinceMs = options.since === undefined ? null : readTime('--since', options.since, now, zone);
  const count = sinceMs === null ? readCount('--lines', options.lines ?? defaultLines, 0) : null;
  const client = createClient(options, environment);
  await warnOfUnknownTypes(client, options.type, environment);
  const writer = createWriter(options, environment, zone);
  const ending = new AbortController();
  const signalled = new Promise<number>((resolve) => {
    environment.onSignal((signal, exitCode) => {
      ending.abort();
      resolve(signal === 'SIGINT' ? exitCodes.done : exitCode);
    });
  });
  const say = (text: string): void => {
    environment.stderr.write(`anthracite: ${text}\n`);
  };
  const messages = client.follow(query, {
    signal: ending.signal,
    onLost: (error: ClientError) => say(`${error.message}; retrying`),
    onFound: () => say('reconnected'),
  });
  const followed = follow(messages, readLast(client, query, sinceMs, count), writer, environment, say);
  followed.catch(() => {}); // a signal may come first
  return Promise.race([signalled, followed.then(() => signalled)]);
}

async function follow(
  messages: AsyncGenerator<StreamMessage>,
  last: AsyncGenerator<readonly GroupedEvent[]>,
  writer: Writer,
  environment: Environment,
  say: (text: string) => void,
): Promise<void> {
  const shown = new ShownEvents();
  let isBegun = false;
  for await (const message of messages) {
    if (!isBegun) {
      for await (const events of last) {
        shown.add(events);
        await write(environment, writer.events(events));
      }
      isBegun = true;
    }
    if (message.kind === 'reset') {
      const { asked, position } = message;
      say(`the server has no position ${asked} and continues from ${position}; was a backup restored?`);
    }
    if (message.kind === 'event' && !shown.has(message.event))
      await write(environment, writer.events([message.event]));
    if (message.kind === 'change') await write(environment, writer.change(message.change));
  }
}

/** Events that are stored while the last events are read also arrive by the stream. This class avoids showing them twice. */
class ShownEvents {
  readonly #ids = new Set<number>();

  add(events: readonly GroupedEvent[]): void {
    for (const { id } of events) this.#ids.add(id);
    // Only the newest ids can still arrive by the stream.
    for (const id of this.#ids) {
      if (this.#ids.size <= maxShownIds) break;
      this.#ids.delete(id);
    }
  }

  /** True if the event was shown before. A group is shown again when it grows. */
  has({ id, group }: GroupedEvent): boolean {
    return group === undefined && this.#ids.delete(id);
  }
}

// The earlier events, ordered by time.
async function* readLast(
  client: HttpClient,
  query: ListQuery,
  sinceMs: number | null,
  count: number | null,
): AsyncGenerator<readonly GroupedEvent[]> {
  if (count !== null && Number.isFinite(count)) {
    if (count === 0) return;
    yield (await client.events({ ...query, order: 'descending', limit: count })).events.toReversed();
    return;
  }
  const from = sinceMs === null ? query['from'] : formatTime(sinceMs, 'UTC');
  yield* client.allEvents({ ...query, from });
}

/** Maximum number of remembered ids. */
const maxShownIds = 100_000;

/** Formats events and changes for the output. */
interface Writer {
  events(events: readonly GroupedEvent[]): string;
  change(change: StreamedChange): string;
}

function createWriter({ json, raw }: TailOptions, environment: Environment, zone: string): Writer {
  const isTerminal = environment.stdout.isTTY === true;
  const lines = (texts: readonly string[]): string =>
    texts.map((text) => `${isTerminal ? printable(text) : text}\n`).join('');
  if (json) {
    return {
      events: (events) => lines(events.map((event) => JSON.stringify(event))),
      change: (change) => lines([JSON.stringify(change)]),
    };
  }
  if (raw) {
    return {
      events: (events) => lines(events.map(formatLine)),
      change: (change) => {
        const { before, after } = change;
        const event = after ?? before;
        return event === null ? '' : lines([`# ${printable(describeChange(change))}: ${formatLine(event)}`]);
      },
    };
  }
  const table = new EventTable(environment, zone);
  return { events: (events) => table.format(events), change: (change) => table.formatChange(change) };
}
