// anthracite retention: shows how long events are kept, and which would be removed.

import type { RetentionAnswer } from '@anthracite/protocol';
import { addServerOption, type ClientOptions, createClient } from '../client-options';
import type { Environment } from '../environment';
import { write } from '../output';
import { describeEvents, formatCount } from '../progress';
import { formatTable } from '../table';
import type { CommandContext } from './context';

interface RetentionOptions extends ClientOptions {
  readonly dryRun?: string | true;
  readonly json?: boolean;
}

const examples = `
Shows the rules of the setting retention, and the last removal. With --dry-run it counts the events that the server would
remove now, by type, and shows the oldest; with rules after it, by these rules instead. It never removes anything.

Examples:
  $ anthracite retention
  $ anthracite retention --dry-run
  $ anthracite retention --dry-run 'puppet=1y,chef=1y,*=5y'`;

/** Adds the command. */
export function addRetentionCommand({ program, environment }: CommandContext): void {
  const command = program
    .command('retention')
    .description('show how long events are kept, and which are too old')
    .option(
      '--dry-run [rules]',
      'count the events that would be removed, by the given rules or those of the server',
    )
    .option('--json', "print the server's answer as JSON");
  addServerOption(command)
    .addHelpText('after', examples)
    .action(async ({ dryRun, json, ...options }: RetentionOptions) => {
      const rules = typeof dryRun === 'string' ? dryRun : undefined;
      const answer = await createClient(options, environment).retention(rules);
      if (json) await write(environment, `${JSON.stringify(answer)}\n`);
      else await (dryRun === undefined ? show(answer, environment) : showTooOld(answer, environment));
    });
}

async function show({ rules, lastRun }: RetentionAnswer, environment: Environment): Promise<void> {
  if (rules.length === 0)
    environment.stderr.write('all events are kept for ever; see the setting retention\n');
  await write(environment, formatTable(rules.map(({ types, age }) => [types, age])));
  if (lastRun === null) return;
  const { at, removed, first, last } = lastRun;
  await write(environment, `last removal ${at}: ${describeEvents(removed)}, from ${first} to ${last}\n`);
}

async function showTooOld({ rules }: RetentionAnswer, environment: Environment): Promise<void> {
  let total = 0;
  for (const { types, age, tooOld, oldest, byType } of rules) {
    total += tooOld;
    if (oldest === null) continue;
    const heading = `${types}=${age}: ${describeEvents(tooOld)}, the oldest of ${oldest}\n`;
    const rows = byType.map(({ type, count }) => [' ', formatCount(count), type]);
    await write(environment, formatTable([[heading.trimEnd()]]) + formatTable(rows));
  }
  environment.stderr.write(`${describeEvents(total)} would be removed\n`);
}
