// anthracite edit: changes fields of an event.

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
  readonly description?: string | undefined;
  readonly at?: string;
  readonly tag?: readonly string[];
  readonly addTag?: readonly string[];
  readonly removeTag?: readonly string[];
  readonly editor?: boolean;
  readonly json?: boolean;
}

const maxTries = 5;

const examples = `
The previous version of the event stays in its history. If a sender submits that version again, it counts as a duplicate.

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
    .argument('<id>', 'event id, as shown by anthracite list')
    .option('--type <type>', 'new type')
    .option('--description <text>', 'new description; - reads it from standard input')
    .option('--at <when>', 'new time: ISO 8601, or a Graphite time such as -10min')
    .option('--tag <tag>', 'replace all tags with this tag; may be repeated', collect)
    .option('--add-tag <tag>', 'add a tag; may be repeated', collect)
    .option('--remove-tag <tag>', 'remove a tag; may be repeated', collect)
    .option('--editor', 'edit all fields in the editor that VISUAL or EDITOR names')
    .option('--json', 'print the edited event as JSON');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action((id: string, options: EditOptions) => runEdit(readId(id, 'list'), options, environment));
}

async function runEdit(id: number, options: EditOptions, environment: Environment): Promise<void> {
  refuseContradictions(options);
  const zone = readTimeZone(options, environment);
  const client = createClient(options, environment);
  const { event, edited } = options.editor
    ? await editInEditor(client, id, zone, environment)
    : await editByOptions(client, id, options, zone, environment);
  if (options.json) await write(environment, `${JSON.stringify(edited ?? event)}\n`);
  else {
    const shown = describeEvent(edited ?? event, zone);
    await write(environment, `${id}: ${edited === null ? 'unchanged' : 'edited'}: ${shown}\n`);
  }
}

/** The event before and after the edit; `edited` is null if nothing changed. */
interface Edit {
  readonly event: StoredEvent;
  readonly edited: StoredEvent | null;
}

// If somebody else changes the event meanwhile, it is read again: --add-tag and --remove-tag apply to the current tags.
async function editByOptions(
  client: HttpClient,
  id: number,
  options: EditOptions,
  zone: string,
  environment: Environment,
): Promise<Edit> {
  const text = options.description;
  const description = text === undefined ? undefined : await readDescription(text, environment);
  for (let tries = 1; ; tries++) {
    const { event, etag } = await client.taggedEvent(id);
    const patch = patchOf(event, change(event, { ...options, description }, zone, environment));
    try {
      return { event, edited: await submit(client, id, patch, etag) };
    } catch (error) {
      if (!isOutdated(error) || tries === maxTries) throw error;
    }
  }
}

// The editor may be open for hours. Changes of other users are kept, unless both changed the same field.
async function editInEditor(
  client: HttpClient,
  id: number,
  zone: string,
  environment: Environment,
): Promise<Edit> {
  const first = await client.taggedEvent(id);
  const text = await editText(formatEventText(first.event, zone), environment);
  const parsed = parseEventText(text, first.event, environment.now(), zone);
  if (typeof parsed !== 'object')
    throw ClientError.of('REFUSED', { cause: `nothing was changed: ${parsed}` });
  const patch = patchOf(first.event, parsed);
  for (let tries = 1, { event, etag } = first; ; tries++) {
    try {
      return { event, edited: await submit(client, id, patch, etag) };
    } catch (error) {
      if (!isOutdated(error) || tries === maxTries) throw error;
    }
    ({ event, etag } = await client.taggedEvent(id));
    const clash = Object.keys(patchOf(first.event, event)).filter((field) => field in patch);
    if (clash.length > 0) {
      environment.stderr.write(`${text.trimEnd()}\n\n`);
      throw ClientError.of('REFUSED', {
        cause: `somebody else changed ${clash.join(' and ')} of event ${id} meanwhile; your text (above) was not saved. See the event with anthracite show ${id}, then edit it again`,
      });
    }
  }
}

function isOutdated(error: unknown): boolean {
  return error instanceof ClientError && error.serverCode === 'EVENT_CHANGED';
}

function refuseContradictions(options: EditOptions): void {
  const { type, description, at, tag, addTag, removeTag, editor } = options;
  const isChanged = [type, description, at, tag, addTag, removeTag].some((one) => one !== undefined);
  if (editor && isChanged)
    throw new UsageError('--editor cannot be combined with other changes; make them in the editor');
  if (!editor && !isChanged) {
    throw new UsageError(
      'nothing to change; give at least one of --type, --description, --at, --tag, --add-tag, --remove-tag, or --editor',
    );
  }
}

function change(event: Event, options: EditOptions, zone: string, environment: Environment): Event {
  const { at, tag, addTag = [], removeTag = [] } = options;
  const tags = tag ?? event.tags;
  const missing = removeTag.find((one) => !tags.includes(one));
  if (missing !== undefined) {
    throw ClientError.of('REFUSED', {
      cause: `--remove-tag: the event has no tag ${preview(missing)}; its tags: ${tags.map(preview).join(', ') || '(empty)'}`,
    });
  }
  return {
    time: at === undefined ? event.time : readTime('--at', at, environment.now(), zone),
    type: options.type ?? event.type,
    tags: [...tags.filter((one) => !removeTag.includes(one)), ...addTag.filter((one) => !tags.includes(one))],
    description: options.description ?? event.description,
  };
}

// Sends only the changed fields. Throws a `UsageError` if the result is not a valid event.
function patchOf(event: Event, wanted: Event): EventPatch {
  const checked = checkEvent(wanted);
  if (!checked.ok) throw new UsageError(checked.problem.message);
  const { time, type, tags, description } = wanted;
  return {
    ...(time !== event.time && { time }),
    ...(type !== event.type && { type }),
    ...(tags.join(' ') !== event.tags.join(' ') && { tags }),
    ...(description !== event.description && { description }),
  };
}

async function submit(
  client: HttpClient,
  id: number,
  patch: EventPatch,
  etag: string | null,
): Promise<StoredEvent | null> {
  return Object.keys(patch).length === 0 ? null : client.edit(id, patch, etag);
}
