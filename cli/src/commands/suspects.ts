// anthracite suspects and anthracite followers: changes before an incident, and incidents after a change.

import { printable, type SpanEntry, type SuspectEntry, spellDuration } from '@anthracite/protocol';
import type { Command } from 'commander';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTimeZone,
} from '../client-options';
import { createColours } from '../colours';
import type { Environment } from '../environment';
import { readId } from '../event-id';
import { describeEvent, layoutOf, summarize } from '../event-table';
import { collect } from '../filter-options';
import { findSpan } from '../open-spans';
import { write } from '../output';
import { formatTable } from '../table';
import type { CommandContext } from './context';

interface SuspectOptions extends ClientOptions {
  readonly type?: readonly string[];
  readonly window?: string;
  readonly limit?: string;
  readonly json?: boolean;
}

const suspectsExamples = `
Changes are deployments, Puppet and Chef runs, and manual changes. They are ranked by the time between change and incident,
by how rare they are, by the tags that they share with the incident, and by how often incidents followed earlier changes of
the same type. A high rank is a hint, not a proof.

Examples:
  $ anthracite suspects
  $ anthracite suspects k7m2xq
  $ anthracite suspects 3906 --window 6h --type 'deploy_*'`;

const followersExamples = `
Examples:
  $ anthracite followers 3903
  $ anthracite followers 3903 --window 2h --type 'incident_*'`;

/** Adds the commands. */
export function addSuspectCommands({ program, environment }: CommandContext): void {
  const suspects = program
    .command('suspects')
    .description('list changes before an incident, most suspicious first')
    .argument(
      '[span]',
      'key or stem of the span, or id of one of its events (default: the only open incident)',
    );
  addOptions(
    suspects,
    'only changes of this type (default: the setting change-types); * is a wildcard, !type excludes a type; may be repeated',
  )
    .addHelpText('after', suspectsExamples)
    .action((which: string | undefined, options: SuspectOptions) =>
      showSuspects(which, options, environment),
    );
  const followers = program
    .command('followers')
    .description('list incidents and other spans that followed a change')
    .argument('<id>', 'id of the change, as shown by anthracite list');
  addOptions(followers, 'only spans of this type; * is a wildcard, !type excludes a type; may be repeated')
    .addHelpText('after', followersExamples)
    .action((id: string, options: SuspectOptions) => showFollowers(id, options, environment));
}

function addOptions(command: Command, typeDoc: string): Command {
  command
    .option('--type <type>', typeDoc, collect)
    .option(
      '--window <duration>',
      'maximum time between the change and the incident, such as 6h or 2d; at most 7d (default: 24h)',
    )
    .option('--limit <count>', 'maximum number of results (default: 10)')
    .option('--json', 'print JSON, with all parts of the score');
  return addServerOption(addTimeZoneOption(command));
}

const queryOf = ({ type, window, limit }: SuspectOptions) => ({ type, window, limit });

async function showSuspects(
  which: string | undefined,
  options: SuspectOptions,
  environment: Environment,
): Promise<void> {
  const zone = readTimeZone(options, environment);
  const client = createClient(options, environment);
  const page = await client.suspects(await findSpan(client, which), queryOf(options));
  if (options.json) return write(environment, `${JSON.stringify(page, null, 2)}\n`);
  const { span, suspects, total, windowMs } = page;
  const began = describeEvent({ ...span, time: span.begin, description: span.title }, zone);
  const entries = suspects.map(({ type, event, ...why }) => ({
    id: event.id,
    type,
    text: summarize(event, event.group),
    lag: `${spellDuration(why.lagMs)} before`,
    ...why,
  }));
  const count = `${countOf(total, 'change')} within ${spellDuration(windowMs, 'words')} before it`;
  return show(began, count, entries, environment);
}

async function showFollowers(id: string, options: SuspectOptions, environment: Environment): Promise<void> {
  const zone = readTimeZone(options, environment);
  const page = await createClient(options, environment).followers(readId(id, 'list'), queryOf(options));
  if (options.json) return write(environment, `${JSON.stringify(page, null, 2)}\n`);
  const { event, followers, total, windowMs } = page;
  const entries = followers.map(({ span, ...why }) => ({
    id: span.id,
    type: span.type,
    text: describeSpan(span),
    lag: `${spellDuration(why.lagMs)} after`,
    ...why,
  }));
  const count = `${countOf(total, 'span')} started within ${spellDuration(windowMs, 'words')} after it`;
  return show(describeEvent(event, zone), count, entries, environment);
}

interface Entry extends Pick<SuspectEntry, 'rank' | 'lagMs' | 'score' | 'explanation'> {
  readonly id: number;
  readonly type: string;
  readonly text: string;
  readonly lag: string;
}

// One row per entry, with its reasons below.
function show(
  about: string,
  count: string,
  entries: readonly Entry[],
  environment: Environment,
): Promise<void> {
  const { note, id: dim, type: colourOf, time } = createColours(environment);
  const rows = entries.map(({ rank, score, id, type, text, lag }) => [
    `${String(rank).padStart(2)}.`,
    { text: score.toFixed(1).padStart(5), colour: note },
    { text: lag, colour: time },
    { text: String(id), colour: dim },
    { text: type, colour: colourOf(type) },
    text,
  ]);
  const lines = formatTable(rows, layoutOf(environment)).split('\n');
  const shown = entries.map(
    ({ explanation }, i) => `${lines[i]}\n${' '.repeat(5)}${note(printable(explanation))}\n`,
  );
  const more = entries.length === 0 ? '' : ', most suspicious first';
  return write(environment, `${about}\n${count}${more}\n${shown.join('')}`);
}

function describeSpan({ key, isOpen, durationMs, title }: SpanEntry): string {
  const lasted = `${isOpen ? 'open for' : 'ended after'} ${spellDuration(durationMs)}`;
  return `${key === null ? '' : `${key} `}(${lasted}) ${title}`;
}

function countOf(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
