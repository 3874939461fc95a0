// anthracite hooks: lists the hooks of a server, and tries one on a recorded body.

import { readFileSync } from 'node:fs';
import { formatLine, type HookItem, preview, printable } from '@anthracite/protocol';
import { addServerOption, type ClientOptions, createClient } from '../client-options';
import type { Environment } from '../environment';
import { exitCodes, UsageError } from '../exit-codes';
import { write } from '../output';
import { formatTable } from '../table';
import { loadServer } from '../whole-server';
import type { CommandContext } from './context';

interface ListOptions extends ClientOptions {
  readonly json?: boolean;
}

interface TestOptions {
  readonly config?: string;
  readonly header?: readonly string[];
}

const testExamples = `
The signature is not checked, nothing is stored, and no server is needed. Without --config, ANTHRACITE_CONFIG names the
configuration file.

Examples:
  $ anthracite hooks test github release.json --header 'X-GitHub-Event: release' --config /etc/anthracite.yaml
  $ anthracite hooks test my-ci build.json`;

/** Adds the command. */
export function addHooksCommand({ program, environment, end }: CommandContext): void {
  const command = program
    .command('hooks')
    .description('list hooks with their last deliveries, or test a hook');
  const list = command
    .command('list', { isDefault: true })
    .description('list hooks with their last deliveries')
    .option('--json', 'print JSON, one object per line');
  addServerOption(list).action((options: ListOptions) => show(options, environment));
  command
    .command('test')
    .description('print the events that a recorded delivery would become')
    .argument('<name>', 'name of the hook in the configuration file')
    .argument('<file>', 'file with the body of a delivery')
    .option('--config <file>', 'configuration file with the hook')
    .option(
      '--header <header>',
      "a header of the delivery, such as 'X-GitHub-Event: release'; can be repeated",
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .addHelpText('after', testExamples)
    .action(async (name: string, file: string, options: TestOptions) => {
      if (!(await tryOut(name, file, options, environment))) end(exitCodes.refused);
    });
}

async function show(options: ListOptions, environment: Environment): Promise<void> {
  const hooks = await createClient(options, environment).hooks();
  if (options.json) {
    for (const hook of hooks) await write(environment, `${JSON.stringify(hook)}\n`);
    return;
  }
  if (hooks.length === 0) environment.stderr.write('no hooks are configured\n');
  else await write(environment, formatTable(hooks.map(rowOf)));
}

function rowOf({ name, kind, proof, last }: HookItem): string[] {
  const [newest] = last;
  const said =
    newest === undefined
      ? 'no delivery yet'
      : `${newest.outcome}${newest.why === '' ? '' : `: ${newest.why}`}`;
  return [name, kind, `needs a ${proof}`, newest?.at ?? '-', said];
}

async function tryOut(
  name: string,
  file: string,
  { config, header = [] }: TestOptions,
  environment: Environment,
): Promise<boolean> {
  const { loadConfig, tryHook } = loadServer();
  const { hooks } = loadConfig(config === undefined ? {} : { config }, environment.variables);
  const hook = hooks.find((one) => one.name === name);
  if (hook === undefined) {
    const known = hooks.map((one) => one.name).join(', ') || 'none';
    throw new UsageError(`no hook ${preview(name)} in the configuration; configured: ${known}`);
  }
  const { events, ignored, problems } = tryHook(hook, readBody(file), headersOf(header), environment.now());
  for (const event of events) await write(environment, `${printable(formatLine(event))}\n`);
  for (const why of ignored) environment.stderr.write(`ignored: ${why}\n`);
  for (const why of problems) environment.stderr.write(`not understood: ${why}\n`);
  return problems.length === 0;
}

function readBody(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function headersOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const colon = text.indexOf(':');
      if (colon < 1)
        throw new UsageError(`--header is ${preview(text)}; expected a name, a colon and a value`);
      return [text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim()];
    }),
  );
}
