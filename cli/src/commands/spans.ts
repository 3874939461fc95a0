// anthracite spans: lists spans, such as incidents.

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
import { hintOfFuture } from '../future-time';
import { warnOfUnknownTypes } from '../known-types';
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

// The server's maximum for one response.
const maxLimit = 10_000;

const examples = `
Each row has the id of the span's first event, the start, the duration, the stem, the key and the title; the newest span is
last. anthracite resolve and anthracite suspects accept the id and the key.

Examples:
  $ anthracite spans --open
  $ anthracite spans --scale incident --from -30d
  $ anthracite spans --type 'backup*' --from -1d --json | jq '.spans[].durationMs'`;

/** Adds the command. */
export function addSpansCommand({ program, environment }: CommandContext): void {
  const command = addFilterOptions(
    program.command('spans').description('list spans: incidents, gains, backups and other jobs'),
    {
      what: 'spans',
      from: 'only spans that were still open after this time (default: all spans)',
      until: 'only spans that started before this time (default: now)',
    },
  )
    .option('--open', 'only open spans')
    .addOption(
      new Option('--scale <scale>', 'only spans of this scale').choices(['incident', 'gain', 'other']),
    )
    .option('--limit <count>', `maximum number of spans, the newest; at most ${maxLimit}`, '100')
    .option('--json', 'print JSON: {"spans": [...], "truncated"}, times in milliseconds');
  addServerOption(addTimeZoneOption(command))
    .addHelpText('after', examples)
    .action(async (options: SpansOptions) => {
      const zone = readTimeZone(options, environment);
      const { open, scale } = options;
      const client = createClient(options, environment);
      await warnOfUnknownTypes(client, options.type, environment, true);
      const now = environment.now();
      const page = await client.spans({
        ...readFilter(options, now, zone),
        ...(open && { state: 'open' }),
        scale,
        order: 'descending',
        limit: Math.min(readCount('--limit', options.limit), maxLimit),
      });
      if (options.json) return write(environment, `${JSON.stringify(page, null, 2)}\n`);
      await write(environment, formatSpans(page.spans.toReversed(), zone, environment));
      if (page.spans.length === 0)
        environment.stderr.write(`no span matches${hintOfFuture(options.from, now, zone)}\n`);
      if (page.truncated) environment.stderr.write(`truncated: newest ${page.spans.length} spans shown\n`);
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
  // On a terminal, only this heading shows the time zone.
  const head = ['id', zone, 'duration', 'stem', 'key', 'title'].map((text) => ({
    text,
    colour: colours.note,
  }));
  const isHeaded = environment.stdout.isTTY === true && rows.length > 0;
  return formatTable(isHeaded ? [head, ...rows] : rows, layoutOf(environment));
}
