// anthracite suspects, anthracite followers: what changed before something broke, and what broke after a change.

import { printable, type SpanEntry, type SuspicionEntry, spellDuration } from '@anthracite/protocol';
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
Changes are deployments, runs of Puppet and Chef, and what people did by hand. They are ranked by how close they came
before it, how rare they are, what they have in common with it, and what came of earlier ones. It points, it does not prove.

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
    .description('show what changed before an incident, the most suspicious first')
    .argument('[which]', 'its key, the id of one of its events, or its stem (default: the one that is open)');
  addOptions(
    suspects,
    'count this type, or pattern with *, as a change; !type leaves it out; may be repeated',
  )
    .addHelpText('after', suspectsExamples)
    .action((which: string | undefined, options: SuspectOptions) =>
      showSuspects(which, options, environment),
    );
  const followers = program
    .command('followers')
    .description('show which incidents, and other spans, followed a change')
    .argument('<id>', 'the id of the change, as anthracite list shows it');
  addOptions(followers, 'spans of this type, or pattern with *; !type leaves it out; may be repeated')
    .addHelpText('after', followersExamples)
    .action((id: string, options: SuspectOptions) => showFollowers(id, options, environment));
}

function addOptions(command: Command, typeDoc: string): Command {
  command
    .option('--type <type>', typeDoc, collect)
    .option('--window <duration>', 'how far in time is looked, 168h at most (default: 24h)')
    .option('--limit <count>', 'at most so many (default: 10)')
    .option('--json', 'print JSON, with all that the rank is made of');
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
  const count = `${countOf(total, 'span')} began within ${spellDuration(windowMs, 'words')} after it`;
  return show(describeEvent(event, zone), count, entries, environment);
}

interface Entry extends SuspicionEntry {
  readonly id: number;
  readonly type: string;
  readonly text: string;
  readonly lag: string;
}

// Each with its reasons below it.
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
  const more = entries.length === 0 ? '' : ', the most suspicious first';
  return write(environment, `${about}\n${count}${more}\n${shown.join('')}`);
}

function describeSpan({ key, isOpen, durationMs, title }: SpanEntry): string {
  const lasted = `${isOpen ? 'open for' : 'over after'} ${spellDuration(durationMs)}`;
  return `${key === null ? '' : `${key} `}(${lasted}) ${title}`;
}

function countOf(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
