// anthracite spans: shows what lasts, such as incidents, with what is open.

import { type SpanEntry, spellDuration } from '@anthracite/protocol';
import { Option } from 'commander';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTimeZone,
} from '../client-options';
import { createColours } from '../colours';
import type { Environment } from '../environment';
import { layoutOf, timeFor } from '../event-table';
import { addFilterOptions, type FilterOptions, readFilter } from '../filter-options';
import { write } from '../output';
import { readCount } from '../page-options';
import { formatTable } from '../table';
import type { CommandContext } from './context';

interface SpansOptions extends ClientOptions, FilterOptions {
  readonly open?: boolean;
  readonly scale?: string;
  readonly limit: string;
  readonly json?: boolean;
}

// The most that one answer of the server holds.
const maxLimit = 10_000;

const examples = `
Shown are the id of the first event, the begin, how long it lasted, the stem, the key, and what it was about; the newest last.
The id and the key are what anthracite resolve and anthracite suspects take.

Examples:
  $ anthracite spans --open
  $ anthracite spans --scale incident --from -30d
  $ anthracite spans --type 'backup*' --from -1d --json | jq '.spans[].durationMs'`;

/** Adds the command. */
export function addSpansCommand({ program, environment }: CommandContext): void {
  const command = addFilterOptions(
    program.command('spans').description('show what lasts: incidents, gains, jobs; and what is open'),
    {
      from: 'that had not ended by then (default: the beginning)',
      until: 'that had begun by then (default: now)',
    },
  )
    .option('--open', 'only what is not over')
    .addOption(new Option('--scale <scale>', 'only of this kind').choices(['incident', 'gain', 'other']))
    .option('--limit <count>', `at most so many, the newest; ${maxLimit} at most`, '100')
    .option('--json', 'print JSON: {"spans": [...], "truncated"}, times in milliseconds');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (options: SpansOptions) => {
      const zone = readTimeZone(options, environment);
      const { open, scale } = options;
      const page = await createClient(options, environment).spans({
        ...readFilter(options, environment.now(), zone),
        ...(open && { state: 'open' }),
        scale,
        order: 'descending',
        limit: Math.min(readCount('--limit', options.limit), maxLimit),
      });
      if (options.json) return write(environment, `${JSON.stringify(page, null, 2)}\n`);
      await write(environment, formatSpans(page.spans.toReversed(), zone, environment));
      if (page.spans.length === 0) environment.stderr.write('no span matches\n');
      if (page.truncated)
        environment.stderr.write(`truncated: only the newest ${page.spans.length} are shown\n`);
    });
}

function formatSpans(spans: readonly SpanEntry[], zone: string, environment: Environment): string {
  const colours = createColours(environment);
  const rows = spans.map((span) => [
    { text: String(span.id), colour: colours.id },
    { text: timeFor(span.begin, zone, environment), colour: colours.time },
    `${span.isOpen ? 'open for' : 'lasted'} ${spellDuration(span.durationMs)}`,
    { text: span.type, colour: colours.type(span.type) },
    { text: span.key ?? '-', colour: colours.tags },
    [
      { text: span.title, colour: (text: string) => text },
      ...(span.problems.length === 0
        ? []
        : [{ text: `(${span.problems.join(', ')})`, colour: colours.note }]),
    ],
  ]);
  // The zone of the times stands nowhere else on a terminal.
  const head = ['id', zone, 'how long', 'stem', 'key', 'what'].map((text) => ({
    text,
    colour: colours.note,
  }));
  const isHeaded = environment.stdout.isTTY === true && rows.length > 0;
  return formatTable(isHeaded ? [head, ...rows] : rows, layoutOf(environment));
}
