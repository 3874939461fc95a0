// anthracite history: shows all changes to an event.

import { type Event, formatTime, type History, titleOf } from '@anthracite/protocol';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTimeZone,
} from '../client-options';
import type { Environment } from '../environment';
import { readId } from '../event-id';
import { describeChange, layoutOf } from '../event-table';
import { write } from '../output';
import { formatTable } from '../table';
import type { CommandContext } from './context';

const examples = `
Shows the time of each change, who made it (the name of the token, if any), and the changed fields.

Examples:
  $ anthracite history 17
  $ anthracite history 17 --json`;

/** Adds the command. */
export function addHistoryCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('history')
    .description('show the changes to an event')
    .argument('<id>', 'event id')
    .option('--json', 'print JSON: {"id", "isDeleted", "history"}');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (id: string, options: ClientOptions & { readonly json?: boolean }) => {
      const zone = readTimeZone(options, environment);
      const history = await createClient(options, environment).history(readId(id, 'tail'));
      if (options.json) await write(environment, `${JSON.stringify(history)}\n`);
      else await show(history, zone, environment);
    });
}

async function show({ id, history }: History, zone: string, environment: Environment): Promise<void> {
  if (history.length === 0) environment.stderr.write(`${id}: no changes since it was stored\n`);
  for (const change of history) {
    const at = formatTime(Date.parse(change.at), zone);
    const differences = describeDifferences(change.before, change.after, zone);
    const head = formatTable([[at, describeChange(change)]]);
    await write(environment, head + formatTable(differences, layoutOf(environment)));
  }
}

// Shows the whole event for a deletion or restoration, and the changed fields for an edit.
function describeDifferences(before: Event | null, after: Event | null, zone: string): string[][] {
  const sides = [before, after].map((event) => (event === null ? null : fieldsOf(event, zone)));
  const [was, is] = sides as [Fields | null, Fields | null];
  const names = Object.keys(was ?? is ?? {}) as (keyof Fields)[];
  return names.flatMap((name) => {
    if (was?.[name] === is?.[name]) return [];
    return [
      ...(was === null ? [] : [[' ', '-', name, was[name]]]),
      ...(is === null ? [] : [[' ', '+', name, is[name]]]),
    ];
  });
}

interface Fields {
  readonly time: string;
  readonly type: string;
  readonly tags: string;
  readonly description: string;
}

function fieldsOf({ time, type, tags, description }: Event, zone: string): Fields {
  const isLong = titleOf(description) !== description;
  return {
    time: formatTime(time, zone),
    type,
    tags: tags.join(' '),
    description: isLong ? JSON.stringify(description) : description,
  };
}
