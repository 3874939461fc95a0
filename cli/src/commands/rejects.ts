// anthracite rejects: lists, corrects, resubmits and deletes rejected lines.

import { ClientError, type HttpClient, preview, type RejectEntry } from '@anthracite/protocol';
import { addServerOption, type ClientOptions, createClient } from '../client-options';
import { isConfirmed } from '../confirm';
import type { Environment } from '../environment';
import { readId } from '../event-id';
import { exitCodes, UsageError } from '../exit-codes';
import { write } from '../output';
import { formatCount } from '../progress';
import { formatTable } from '../table';
import type { CommandContext } from './context';

interface RejectsOptions extends ClientOptions {
  readonly json?: boolean;
  readonly resubmit?: readonly string[] | true;
  readonly line?: string;
  readonly delete?: readonly string[] | true;
  readonly yes?: boolean;
}

const pageEntries = 1_000;

const examples = `
Examples:
  $ anthracite rejects
  $ anthracite rejects --resubmit 12 --line '1467844481 deploy_website release 42'
  $ anthracite rejects --resubmit          (resubmits all of them)
  $ anthracite rejects --delete 12 13`;

/** Adds the command. */
export function addRejectsCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('rejects')
    .description('list rejected lines with reasons, resubmit or delete them')
    .option('--json', 'print JSON, one object per line')
    .option('--resubmit [ids...]', 'submit rejected lines again (without ids: all)')
    .option('--line <line>', 'corrected text of the line; needs --resubmit with one id')
    .option('--delete [ids...]', 'delete rejected lines (without ids: all, after confirmation)')
    .option('--yes', 'do not ask for confirmation before deleting all');
  addServerOption(command)
    .addHelpText('after', examples)
    .action(async (options: RejectsOptions) => {
      refuseContradictions(options);
      if (options.resubmit !== undefined || options.delete !== undefined) environment.finishWithoutOutput();
      const client = createClient(options, environment);
      if (options.resubmit !== undefined) {
        if (!(await resubmit(client, options.resubmit, options.line, environment))) end(exitCodes.refused);
      } else if (options.delete !== undefined) {
        const ids = await readIds(client, options.delete);
        if (options.delete === true && !options.yes && !(await mayDelete(ids.length, environment))) {
          environment.stderr.write('nothing was deleted\n');
          return end(exitCodes.refused);
        }
        await deleteEach(client, ids, environment);
      } else if (options.json) {
        for await (const entry of readRejects(client)) await write(environment, `${JSON.stringify(entry)}\n`);
      } else {
        await show(client, environment);
      }
    });
}

function refuseContradictions({ resubmit, line, delete: deleted }: RejectsOptions): void {
  if (resubmit !== undefined && deleted !== undefined) {
    throw new UsageError('--resubmit and --delete cannot be combined; use one of them');
  }
  if (line !== undefined && !(Array.isArray(resubmit) && resubmit.length === 1)) {
    throw new UsageError('--line needs --resubmit with one id: the line to correct');
  }
}

// Yields all rejected lines, newest first.
async function* readRejects(client: HttpClient): AsyncGenerator<RejectEntry> {
  let before: number | undefined;
  do {
    const page = await client.rejects(pageEntries, before);
    yield* page.rejects;
    before = page.next;
  } while (before !== undefined);
}

async function readIds(client: HttpClient, given: readonly string[] | true): Promise<number[]> {
  if (given !== true) {
    return given.map((id) => readId(id, 'rejects'));
  }
  const ids: number[] = [];
  for await (const { id } of readRejects(client)) ids.push(id);
  return ids.reverse(); // oldest first
}

async function show(client: HttpClient, environment: Environment): Promise<void> {
  let shown = 0;
  for await (const entry of readRejects(client)) {
    const line = entry.line ?? `base64:${entry.lineBase64 ?? ''}`;
    const head = formatTable([[String(entry.id), entry.received, `${entry.door} ${entry.peer}`, entry.code]]);
    await write(environment, `${head}    ${formatTable([[entry.error]])}    ${preview(line)}\n`);
    shown++;
  }
  if (shown === 0) environment.stderr.write('no rejected lines\n');
}

async function resubmit(
  client: HttpClient,
  given: readonly string[] | true,
  line: string | undefined,
  environment: Environment,
): Promise<boolean> {
  let refused = 0;
  for (const id of await readIds(client, given)) {
    try {
      const { id: event, isNew } = await client.resubmit(id, line);
      await write(environment, `${id}: ${isNew ? 'stored as' : 'duplicate of'} ${event}\n`);
    } catch (error) {
      // A line that is still invalid does not stop the others.
      if (!(error instanceof ClientError && error.code === 'REFUSED')) throw error;
      refused++;
      environment.stderr.write(`${id}: ${error.message}\n`);
    }
  }
  return refused === 0;
}

async function mayDelete(count: number, environment: Environment): Promise<boolean> {
  const lines = count === 1 ? 'the rejected line' : `all ${formatCount(count)} rejected lines`;
  return count === 0 || isConfirmed(`Delete ${lines}?`, 'use --yes to confirm', environment);
}

async function deleteEach(
  client: HttpClient,
  ids: readonly number[],
  environment: Environment,
): Promise<void> {
  for (const id of ids) {
    await client.deleteReject(id);
    await write(environment, `${id}: deleted\n`);
  }
}
