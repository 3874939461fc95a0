// anthracite types and anthracite tags: list the types and tags in use, with counts.

import { formatTime, type UsageEntry } from '@anthracite/protocol';
import {
  addServerOption,
  addTimeZoneOption,
  type ClientOptions,
  createClient,
  readTimeZone,
} from '../client-options';
import { createColours } from '../colours';
import type { Environment } from '../environment';
import { layoutOf } from '../event-table';
import { UsageError } from '../exit-codes';
import { write } from '../output';
import { readCount } from '../page-options';
import { formatCount } from '../progress';
import { formatTable } from '../table';
import type { CommandContext } from './context';

interface CatalogOptions extends ClientOptions {
  readonly limit: string;
  readonly json?: boolean;
}

const defaultLimit = '1000';
const maxLimit = 100_000;

const examples = {
  types: `
Examples:
  $ anthracite types
  $ anthracite types deploy_ --json`,
  tags: `
Examples:
  $ anthracite tags
  $ anthracite tags host= --limit all | sort -k2`,
} as const;

/** Adds both commands. */
export function addCatalogCommands({ program, environment }: CommandContext): void {
  for (const kind of ['types', 'tags'] as const) {
    const command = program
      .command(kind)
      .description(`list ${kind} with event count, first and last time`)
      .argument('[prefix]', `only ${kind} with this prefix`)
      .option('--limit <count>', 'maximum number of results, or all', defaultLimit)
      .option('--json', 'print JSON, one object per line');
    addServerOption(addTimeZoneOption(command))
      .addHelpText('after', examples[kind])
      .action((prefix: string | undefined, options: CatalogOptions) =>
        show(kind, prefix ?? '', options, environment),
      );
  }
}

async function show(
  kind: 'types' | 'tags',
  prefix: string,
  options: CatalogOptions,
  environment: Environment,
): Promise<void> {
  const zone = readTimeZone(options, environment);
  const limit = readCount('--limit', options.limit);
  if (Number.isFinite(limit) && limit > maxLimit)
    throw new UsageError(`--limit is ${limit}; expected at most ${maxLimit}, or all`);
  const client = createClient(options, environment);
  const { usages, truncated } = await client[kind](prefix, Math.min(limit, maxLimit));
  if (options.json) {
    for (const usage of usages) await write(environment, `${JSON.stringify(usage)}\n`);
  } else {
    await write(environment, toTable(usages, zone, environment));
  }
  if (usages.length === 0) environment.stderr.write(`no ${kind} found\n`);
  if (truncated) {
    environment.stderr.write(
      `truncated: there are more than ${formatCount(usages.length)} ${kind}; use a prefix to narrow the list\n`,
    );
  }
}

function toTable(usages: readonly UsageEntry[], zone: string, environment: Environment): string {
  const { type, time } = createColours(environment);
  const counts = usages.map(({ count }) => String(count));
  const width = Math.max(...counts.map((count) => count.length), 0);
  return formatTable(
    usages.map(({ name, first, last }, i) => [
      (counts[i] ?? '').padStart(width),
      { text: formatTime(Date.parse(first), zone), colour: time },
      { text: formatTime(Date.parse(last), zone), colour: time },
      { text: name, colour: type(name) },
    ]),
    layoutOf(environment),
  );
}
