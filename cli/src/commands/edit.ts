// anthracite edit: changes an event.

import {
  ClientError,
  checkEvent,
  type Event,
  type EventPatch,
  type HttpClient,
  preview,
  type StoredEvent,
} from '@anthracite/protocol';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTime,
  readTimeZone,
} from '../client-options';
import { readDescription } from '../description';
import { editText } from '../editor';
import type { Environment } from '../environment';
import { readId } from '../event-id';
import { describeEvent } from '../event-table';
import { formatEventText, parseEventText } from '../event-text';
import { UsageError } from '../exit-codes';
import { collect } from '../filter-options';
import { write } from '../output';
import type { CommandContext } from './context';

interface EditOptions extends ClientOptions {
  readonly type?: string;
  readonly description?: string;
  readonly at?: string;
  readonly tag?: readonly string[];
  readonly addTag?: readonly string[];
  readonly removeTag?: readonly string[];
  readonly editor?: boolean;
  readonly json?: boolean;
}

const examples = `
What the event was stays in its history, and a sender that sends it again as it was brings nothing back.

Examples:
  $ anthracite edit 17 --description "release 43, by Nicolas"
  $ anthracite edit 17 --add-tag incident=db7 --remove-tag env=stage --at "2026-11-24 10:15"
  $ git log -1 --format=%B | anthracite edit 17 --description -
  $ anthracite edit 17 --editor`;

/** Adds the command. */
export function addEditCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('edit')
    .description('change an event')
    .argument('<id>', 'its id, as anthracite list shows it')
    .option('--type <type>', 'its new type')
    .option('--description <text>', 'its new description; - reads it from standard input')
    .option('--at <when>', "when it happened, as Graphite's from takes it, or ISO 8601")
    .option('--tag <tag>', 'a tag in place of all that it has; may be repeated', collect)
    .option('--add-tag <tag>', 'one more tag; may be repeated', collect)
    .option('--remove-tag <tag>', 'a tag that it has no more; may be repeated', collect)
    .option('--editor', 'open it in the editor that VISUAL or EDITOR names')
    .option('--json', 'print what it has become as JSON');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action((id: string, options: EditOptions) => runEdit(readId(id, 'list'), options, environment));
}

async function runEdit(id: number, options: EditOptions, environment: Environment): Promise<void> {
  refuseContradictions(options);
  const zone = readTimeZone(options, environment);
  const client = createClient(options, environment);
  const event = await client.event(id);
  const wanted = options.editor
    ? await editInEditor(event, zone, environment)
    : await change(event, options, zone, environment);
  const edited = await submit(client, event, wanted);
  if (options.json) await write(environment, `${JSON.stringify(edited ?? event)}\n`);
  else {
    const shown = describeEvent(edited ?? event, zone);
    await write(environment, `${id}: ${edited === null ? 'unchanged' : 'edited'}: ${shown}\n`);
  }
}

function refuseContradictions(options: EditOptions): void {
  const { type, description, at, tag, addTag, removeTag, editor } = options;
  const isChanged = [type, description, at, tag, addTag, removeTag].some((one) => one !== undefined);
  if (editor && isChanged) throw new UsageError('--editor goes alone; make the other changes in the editor');
  if (!editor && !isChanged) {
    throw new UsageError(
      'nothing to change; give some of --type, --description, --at, --tag, --add-tag, --remove-tag, or --editor',
    );
  }
}

async function change(
  event: Event,
  options: EditOptions,
  zone: string,
  environment: Environment,
): Promise<Event> {
  const { at, tag, addTag = [], removeTag = [] } = options;
  const tags = tag ?? event.tags;
  const missing = removeTag.find((one) => !tags.includes(one));
  if (missing !== undefined) {
    throw ClientError.of('REFUSED', {
      cause: `--remove-tag: the event has no tag ${preview(missing)}; it has ${tags.map(preview).join(', ') || 'none'}`,
    });
  }
  return {
    time: at === undefined ? event.time : readTime('--at', at, environment.now(), zone),
    type: options.type ?? event.type,
    tags: [...tags.filter((one) => !removeTag.includes(one)), ...addTag.filter((one) => !tags.includes(one))],
    description:
      options.description === undefined
        ? event.description
        : await readDescription(options.description, environment),
  };
}

async function editInEditor(event: StoredEvent, zone: string, environment: Environment): Promise<Event> {
  const text = await editText(formatEventText(event, zone), environment);
  const parsed = parseEventText(text, event, environment.now(), zone);
  if (typeof parsed === 'object') return parsed;
  throw ClientError.of('REFUSED', { cause: `nothing was changed: ${parsed}` });
}

// Only what differs is sent: what others change meanwhile stays. Null when nothing differs.
async function submit(client: HttpClient, event: StoredEvent, wanted: Event): Promise<StoredEvent | null> {
  const checked = checkEvent(wanted);
  if (!checked.ok) throw ClientError.of('REFUSED', { cause: checked.problem.message });
  const { time, type, tags, description } = wanted;
  const patch: EventPatch = {
    ...(time !== event.time && { time }),
    ...(type !== event.type && { type }),
    ...(tags.join(' ') !== event.tags.join(' ') && { tags }),
    ...(description !== event.description && { description }),
  };
  return Object.keys(patch).length === 0 ? null : client.edit(event.id, patch);
}
