// anthracite targets: lists the targets of a server, tests one, and sends undelivered messages again.

import {
  ClientError,
  printable,
  type TargetAttempt,
  type TargetClient,
  type TargetItem,
  type UndeliveredItem,
} from '@anthracite/protocol';
import { addServerOption, type ClientOptions, createTargetClient } from '../client-options';
import type { Environment } from '../environment';
import { readId } from '../event-id';
import { exitCodes } from '../exit-codes';
import { write } from '../output';
import { formatTable } from '../table';
import type { CommandContext } from './context';

interface ListOptions extends ClientOptions {
  readonly json?: boolean;
}

const examples = `
Examples:
  $ anthracite targets
  $ anthracite targets test slack-hooks.slack.com
  $ anthracite targets undelivered
  $ anthracite targets resend 12 13
  $ anthracite targets resend              (all undelivered messages)`;

/** Adds the command. */
export function addTargetsCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('targets')
    .description('list targets to which events are sent, or test a target')
    .addHelpText('after', examples);
  const list = command
    .command('list', { isDefault: true })
    .description('list targets with their state')
    .option('--json', 'print JSON, one object per line');
  addServerOption(list).action((options: ListOptions) => show(options, environment));
  const undelivered = command
    .command('undelivered')
    .description('list messages that were not delivered')
    .option('--json', 'print JSON, one object per line');
  addServerOption(undelivered).action((options: ListOptions) => showUndelivered(options, environment));
  const resend = command
    .command('resend')
    .description('send undelivered messages again')
    .argument('[ids...]', 'ids of undelivered messages; without ids: all');
  addServerOption(resend).action(async (ids: readonly string[], options: ClientOptions) => {
    if (
      !(await sendAgain(
        ids.map((id) => readId(id, 'targets undelivered')),
        options,
        environment,
      ))
    )
      end(exitCodes.refused);
  });
  const test = command
    .command('test')
    .description('send an example event to a target')
    .argument('<name>', 'name of the target');
  addServerOption(test).action(async (name: string, options: ClientOptions) => {
    const attempt = await createTargetClient(options, environment).tryOut(name);
    await write(environment, `${said(attempt)}\n`);
    if (attempt.outcome !== 'delivered') end(exitCodes.refused);
  });
}

async function show(options: ListOptions, environment: Environment): Promise<void> {
  const targets = await createTargetClient(options, environment).all();
  if (options.json) {
    for (const target of targets) await write(environment, `${JSON.stringify(target)}\n`);
    return;
  }
  if (targets.length === 0) environment.stderr.write('no targets are configured\n');
  else await write(environment, formatTable(targets.map(rowOf)));
}

function rowOf({ name, as, host, state, behind, last, undelivered }: TargetItem): string[] {
  return [
    name,
    as,
    host,
    state,
    `${behind} behind`,
    `${undelivered} undelivered`,
    last?.at ?? '-',
    last === null ? 'no attempt yet' : said(last),
  ];
}

async function showUndelivered(options: ListOptions, environment: Environment): Promise<void> {
  const rows: string[][] = [];
  for await (const message of readUndelivered(createTargetClient(options, environment))) {
    if (options.json) await write(environment, `${JSON.stringify(message)}\n`);
    else rows.push([String(message.id), message.target, message.at, message.why, printable(message.title)]);
  }
  if (options.json) return;
  if (rows.length === 0) environment.stderr.write('no undelivered messages\n');
  else await write(environment, formatTable(rows));
}

// True if all messages were delivered.
async function sendAgain(
  given: readonly number[],
  options: ClientOptions,
  environment: Environment,
): Promise<boolean> {
  const client = createTargetClient(options, environment);
  const ids = [...given];
  if (given.length === 0) for await (const { id } of readUndelivered(client)) ids.push(id);
  if (ids.length === 0) environment.stderr.write('no undelivered messages\n');
  let isDone = true;
  for (const id of ids) {
    let result: string;
    try {
      const attempt = await client.resend(id);
      if (attempt.outcome !== 'delivered') isDone = false;
      result = said(attempt);
    } catch (error) {
      if (!(error instanceof ClientError && error.status === 404)) throw error;
      isDone = false;
      result = error.message;
    }
    await write(environment, `${id} ${result}\n`);
  }
  return isDone;
}

async function* readUndelivered(client: TargetClient): AsyncGenerator<UndeliveredItem> {
  for (let after = 0; ; ) {
    const { messages, truncated } = await client.undelivered(after);
    yield* messages;
    const last = messages.at(-1);
    if (!truncated || last === undefined) return;
    after = last.id;
  }
}

function said({ outcome, why }: TargetAttempt): string {
  return why === '' ? outcome : `${outcome}: ${why}`;
}
