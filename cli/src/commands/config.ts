// anthracite config: shows every setting, its value, and where it came from.

import type { GivenToken } from '@anthracite/server/core';
import type { Command } from 'commander';
import { addServerOption, type ClientOptions, readServer, readToken } from '../client-options';
import { addSettingOptions, readSettingFlags } from '../setting-options';
import { formatTable } from '../table';
import { loadServer } from '../whole-server';
import type { CommandContext } from './context';

const examples = `
Takes the flags of \`anthracite serve\`, and exits with 2 when a setting is wrong. The last
rows, url and token, are what the other commands use: the server that they speak to, and the token for it. No token is
ever shown.

Examples:
  $ anthracite config
  $ anthracite config --config /etc/anthracite.yaml --json`;

/** Adds the command. */
export function addConfigCommand({ program, environment }: CommandContext): void {
  const command = program.command('config').description('show the settings, and where each came from');
  addSettingOptions(addServerOption(command.option('--json', 'print JSON')))
    .addHelpText('after', examples)
    .action((options: ClientOptions & { readonly json?: boolean }, self: Command) => {
      const { loadConfig } = loadServer();
      const { origins, tokens, tokensOrigin } = loadConfig(readSettingFlags(self), environment.variables);
      const { url, origin } = readServer(options, environment);
      const token = readToken(options, environment);
      const all = [
        ...origins,
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

const describe = ({ name, roles }: GivenToken): string => `${name} (${roles.join(' ')})`;
