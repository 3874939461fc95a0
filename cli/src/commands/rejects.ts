// anthracite rejects: shows the lines that were rejected, tries them again, mended or as they are, or deletes them.

import { ClientError, type HttpClient, preview, type RejectEntry } from '@anthracite/protocol';
import { addServerOption, type ClientOptions, createClient } from '../client-options';
import type { Environment } from '../environment';
import { readId } from '../event-id';
import { exitCodes, UsageError } from '../exit-codes';
import { write } from '../output';
import { formatTable } from '../table';
import type { CommandContext } from './context';

interface RejectsOptions extends ClientOptions {
  readonly json?: boolean;
  readonly resubmit?: readonly string[] | true;
  readonly line?: string;
  readonly delete?: readonly string[] | true;
}

const pageEntries = 1_000;

const examples = `
Examples:
  $ anthracite rejects
  $ anthracite rejects --resubmit 12 --line '1467844481 deploy_website release 42'
  $ anthracite rejects --resubmit          (tries all of them again)
  $ anthracite rejects --delete 12 13`;

/** Adds the command. */
export function addRejectsCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('rejects')
    .description('show the lines that were rejected, and why')
    .option('--json', 'print JSON, one rejected line a line')
    .option('--resubmit [ids...]', 'try them again (all of them when no id is given)')
    .option('--line <line>', 'the mended line to submit in place of the one that --resubmit names')
    .option('--delete [ids...]', 'forget them (all of them when no id is given)');
  addServerOption(command)
    .addHelpText('after', examples)
    .action(async (options: RejectsOptions) => {
      refuseContradictions(options);
      if (options.resubmit !== undefined || options.delete !== undefined) environment.goOnWithoutOutput();
      const client = createClient(options, environment);
      if (options.resubmit !== undefined) {
        if (!(await resubmit(client, options.resubmit, options.line, environment))) end(exitCodes.refused);
      } else if (options.delete !== undefined) {
        await deleteAll(client, options.delete, environment);
      } else if (options.json) {
        for await (const entry of readLedger(client)) await write(environment, `${JSON.stringify(entry)}\n`);
      } else {
        await show(client, environment);
      }
    });
}

function refuseContradictions({ resubmit, line, delete: deleted }: RejectsOptions): void {
  if (resubmit !== undefined && deleted !== undefined) {
    throw new UsageError('--resubmit and --delete cannot go together; give one of them');
  }
  if (line !== undefined && !(Array.isArray(resubmit) && resubmit.length === 1)) {
    throw new UsageError('--line needs --resubmit with the one id whose line it mends');
  }
}

// Newest first, page by page.
async function* readLedger(client: HttpClient): AsyncGenerator<RejectEntry> {
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
  for await (const { id } of readLedger(client)) ids.push(id);
  return ids.reverse(); // in the order they came
}

async function show(client: HttpClient, environment: Environment): Promise<void> {
  let shown = 0;
  for await (const entry of readLedger(client)) {
    const line = entry.line ?? `base64:${entry.lineBase64 ?? ''}`;
    const head = formatTable([[String(entry.id), entry.received, `${entry.door} ${entry.peer}`, entry.code]]);
    await write(environment, `${head}    ${formatTable([[entry.error]])}    ${preview(line)}\n`);
    shown++;
  }
  if (shown === 0) environment.stderr.write('no line was rejected\n');
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
      await write(environment, `${id}: ${isNew ? 'stored' : 'known already'} as ${event}\n`);
    } catch (error) {
      // One that is still wrong does not keep the others from being tried.
      if (!(error instanceof ClientError && error.code === 'REFUSED')) throw error;
      refused++;
      environment.stderr.write(`${id}: ${error.message}\n`);
    }
  }
  return refused === 0;
}

async function deleteAll(
  client: HttpClient,
  given: readonly string[] | true,
  environment: Environment,
): Promise<void> {
  for (const id of await readIds(client, given)) {
    await client.deleteReject(id);
    await write(environment, `${id}: deleted\n`);
  }
}
