// anthracite token: makes, lists and revokes tokens.

import { parseRoles, roles } from '@anthracite/server/core';
import { InvalidArgumentError } from 'commander';
import { addServerOption, type ClientOptions, createClient } from '../client-options';
import type { Environment } from '../environment';
import { write } from '../output';
import { formatTable } from '../table';
import type { CommandContext } from './context';

interface CreateOptions extends ClientOptions {
  readonly role: readonly string[];
}

interface ListOptions extends ClientOptions {
  readonly json?: boolean;
}

const createExamples = `
The token alone goes to standard output, and never again: the server keeps only a hash of it. The first token must have
the role admin, and is made on the machine that the server runs on.

Examples:
  $ (umask 077; anthracite token create ops --role admin > ops.token)
  $ anthracite token create grafana --role read --token-file ops.token
  $ anthracite token create scripts --role read,write --token-file ops.token`;

/** Adds the command. */
export function addTokenCommand({ program, environment }: CommandContext): void {
  const command = program.command('token').description('make, list and revoke tokens');
  const create = command
    .command('create')
    .description('make a token, and print it')
    .argument('<name>', 'who or what will use it')
    .requiredOption('--role <roles>', `${roles.join(', ')}; several with commas between them`, checkRoles);
  addServerOption(create)
    .addHelpText('after', createExamples)
    .action((name: string, options: CreateOptions) => createToken(name, options, environment));
  const list = command
    .command('list')
    .description('show the tokens: name, roles, when made, when last used')
    .option('--json', 'print JSON, one token a line');
  addServerOption(list).action((options: ListOptions) => show(options, environment));
  const revoke = command.command('revoke').description('end tokens, at once').argument('<names...>');
  addServerOption(revoke).action((names: readonly string[], options: ClientOptions) =>
    revokeAll(names, options, environment),
  );
}

function checkRoles(text: string): readonly string[] {
  const parsed = parseRoles(text);
  if (parsed === null) throw new InvalidArgumentError(`Expected some of ${roles.join(', ')}.`);
  return parsed;
}

async function createToken(name: string, options: CreateOptions, environment: Environment): Promise<void> {
  const { token, isFirst } = await createClient(options, environment).createToken(name, options.role);
  await write(environment, `${token}\n`);
  const { stderr } = environment;
  const role = options.role.length === 1 ? 'role' : 'roles';
  stderr.write(`the token ${name} has the ${role} ${options.role.join(' and ')}; it is not shown again\n`);
  if (!isFirst) return;
  stderr.write(
    'unless read-access or write-access say otherwise, the server now asks everybody for a token,\n',
  );
  stderr.write('and takes lines only from its own machine and the networks of tcp-allow\n');
}

async function show(options: ListOptions, environment: Environment): Promise<void> {
  const tokens = await createClient(options, environment).tokens();
  if (options.json) {
    for (const token of tokens) await write(environment, `${JSON.stringify(token)}\n`);
    return;
  }
  const rows = tokens.map(({ name, roles: granted, given, created, lastUsed }) => [
    name,
    granted.join(),
    given ? 'given at start' : `made ${created}`,
    lastUsed === null ? 'not used since the start' : `last used ${lastUsed}`,
  ]);
  if (rows.length === 0) environment.stderr.write('there are no tokens\n');
  else await write(environment, formatTable(rows));
}

async function revokeAll(
  names: readonly string[],
  options: ClientOptions,
  environment: Environment,
): Promise<void> {
  const client = createClient(options, environment);
  for (const name of names) {
    await client.revokeToken(name);
    await write(environment, `${name}: revoked\n`);
  }
}
