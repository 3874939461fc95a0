// anthracite token: creates, lists and revokes tokens.

import { parseRoles, rolesRule } from '@anthracite/server/core';
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
The token is printed once, to standard output: the server keeps only a hash of it. The first token must have the role
admin; create it on the machine that runs the server.

Examples:
  $ (umask 077; anthracite token create ops --role admin > ops.token)
  $ anthracite token create grafana --role read --token-file ops.token
  $ anthracite token create scripts --role read,write --token-file ops.token
  $ anthracite token create team-calendar --role feed --token-file ops.token`;

/** Adds the command. */
export function addTokenCommand({ program, environment }: CommandContext): void {
  const command = program.command('token').description('create, list and revoke tokens');
  const create = command
    .command('create')
    .description('create a token and print it')
    .argument('<name>', 'name of the person or program that will use the token')
    .requiredOption('--role <roles>', `${rolesRule}; separate several roles with commas`, checkRoles);
  addServerOption(create)
    .addHelpText('after', createExamples)
    .action((name: string, options: CreateOptions) => createToken(name, options, environment));
  const list = command
    .command('list')
    .description('list tokens with roles, creation time and last use')
    .option('--json', 'print JSON, one object per line');
  addServerOption(list).action((options: ListOptions) => show(options, environment));
  const revoke = command.command('revoke').description('revoke tokens immediately').argument('<names...>');
  addServerOption(revoke).action((names: readonly string[], options: ClientOptions) =>
    revokeAll(names, options, environment),
  );
}

function checkRoles(text: string): readonly string[] {
  const parsed = parseRoles(text);
  if (parsed === null) throw new InvalidArgumentError(`Expected ${rolesRule}.`);
  return parsed;
}

async function createToken(name: string, options: CreateOptions, environment: Environment): Promise<void> {
  const { token, isFirst } = await createClient(options, environment).createToken(name, options.role);
  await write(environment, `${token}\n`);
  const { stderr } = environment;
  const role = options.role.length === 1 ? 'role' : 'roles';
  stderr.write(
    `token ${name} created with the ${role} ${options.role.join(' and ')}; save it now, it is not shown again\n`,
  );
  if (options.role.includes('feed')) {
    stderr.write(
      'add it to the URL of a feed: /spans/ics?token=..., /events/ics?token=... or /events/atom?token=...\n',
    );
  }
  if (!isFirst) return;
  stderr.write(
    'the server now requires a token from every client, unless read-access or write-access is set otherwise;\n',
  );
  stderr.write('it accepts lines only from its own machine and the networks of tcp-allow\n');
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
    given ? 'set at start' : `created ${created}`,
    lastUsed === null ? 'not used since the server started' : `last used ${lastUsed}`,
  ]);
  if (rows.length === 0) environment.stderr.write('no tokens\n');
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
