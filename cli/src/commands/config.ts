// anthracite config: shows every setting with its value and origin.

import { zoneDataInUse } from '@anthracite/protocol';
import type { Config } from '@anthracite/server';
import type { GivenToken } from '@anthracite/server/core';
import type { Command } from 'commander';
import { addServerOption, type ClientOptions, readServer, readToken } from '../client-options';
import { addSettingOptions, readSettingFlags } from '../setting-options';
import { formatTable } from '../table';
import { loadServer } from '../whole-server';
import type { CommandContext } from './context';

const examples = `
Accepts the options of \`anthracite serve\`. Exits with 2 if a setting is invalid. The row time-zone-data shows the version
and the source of the time zone data. The last rows are for the other commands: url is the address
of the server, and token shows the source of the token. Tokens and secrets are never shown, and of the address of a
target only the host.

Examples:
  $ anthracite config
  $ anthracite config --config /etc/anthracite.yaml --json`;

/** Adds the command. */
export function addConfigCommand({ program, environment }: CommandContext): void {
  const command = program.command('config').description('show all settings and where each value comes from');
  addSettingOptions(addServerOption(command.option('--json', 'print JSON')))
    .addHelpText('after', examples)
    .action((options: ClientOptions & { readonly json?: boolean }, self: Command) => {
      const { loadConfig } = loadServer();
      const { origins, tokens, tokensOrigin, hooks, targets, file } = loadConfig(
        readSettingFlags(self),
        environment.variables,
      );
      const { url, origin } = readServer(options, environment);
      const token = readToken(options, environment);
      const zones = zoneDataInUse();
      const all = [
        ...origins,
        { name: 'time-zone-data', value: zones.version, origin: zones.source },
        ...hooks.map((hook) => ({
          name: `hook ${hook.name}`,
          value: describeHook(hook),
          origin: `file ${file}`,
        })),
        ...targets.map((target) => ({
          name: `target ${target.name}`,
          value: describeTarget(target),
          origin: `file ${file}`,
        })),
        { name: 'tokens', value: tokens.map(describe).join(), origin: tokensOrigin },
        { name: 'url', value: url, origin },
        { name: 'token', value: token ? '(not shown)' : '', origin: token?.origin ?? 'default' },
      ];
      if (options.json) environment.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
      else
        environment.stdout.write(
          formatTable(all.map((one) => [one.name, one.value || '(empty)', one.origin])),
        );
    });
}

const describeHook = ({ kind, secretFile }: Config['hooks'][number]): string =>
  `${kind}, ${secretFile === '' ? 'needs a token with the role write' : `secret in ${secretFile}`}`;

// The path and the query of an address are secret.
const describeTarget = ({ shape, url }: Config['targets'][number]): string =>
  `${shape} to ${url.protocol}//${url.host}`;

const describe = ({ name, roles }: GivenToken): string => `${name} (${roles.join(' ')})`;
