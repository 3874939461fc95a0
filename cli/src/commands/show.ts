// anthracite show: shows events with all fields.

import { printable, type StoredEvent } from '@anthracite/protocol';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTimeZone,
} from '../client-options';
import { type Colours, createColours } from '../colours';
import { readId } from '../event-id';
import { formatEventText } from '../event-text';
import { write } from '../output';
import type { CommandContext } from './context';

const examples = `
Examples:
  $ anthracite show 17
  $ anthracite show 17 18 --json`;

/** Adds the command. */
export function addShowCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('show')
    .description('show events with all fields')
    .argument('<ids...>', 'event ids, as shown by anthracite list')
    .option('--json', 'print JSON, one event per line, times in milliseconds');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (ids: readonly string[], options: ClientOptions & { readonly json?: boolean }) => {
      const zone = readTimeZone(options, environment);
      const client = createClient(options, environment);
      const colours = createColours(environment);
      let isFirst = true;
      for (const id of ids.map((text) => readId(text, 'list'))) {
        const event = await client.event(id);
        const text = options.json ? `${JSON.stringify(event)}\n` : toText(event, zone, colours);
        await write(environment, isFirst || options.json ? text : `\n${text}`);
        isFirst = false;
      }
    });
}

// Like git show: the description is indented, so that its lines cannot look like fields.
function toText(event: StoredEvent, zone: string, { note }: Colours): string {
  const [fields = '', ...rest] = formatEventText(event, zone).split('\n\n');
  const head = [`id: ${event.id}`, ...fields.split('\n')].map((line) =>
    printable(line).replace(/^\w+:/, note),
  );
  const body = rest.join('\n\n').trimEnd().split('\n').map(printable);
  return `${head.join('\n').trimEnd()}\n\n${body.map((line) => `    ${line}`.trimEnd()).join('\n')}\n`;
}
