// anthracite config: shows every setting, its value, and where it came from.

import { loadConfig } from '@anthracite/server';
import type { Command } from 'commander';
import { addServerOption, type ClientOptions, readServer } from '../client-options';
import { addSettingOptions, readSettingFlags } from '../setting-options';
import { formatTable } from '../table';
import type { CommandContext } from './context';

const examples = `
Takes the flags of \`anthracite serve\`, and exits with 2 when a setting is wrong. The last row, url, is the server
that the other commands speak to.

Examples:
  $ anthracite config
  $ anthracite config --config /etc/anthracite.yaml --json`;

/** Adds the command. */
export function addConfigCommand({ program, environment }: CommandContext): void {
  const command = program.command('config').description('show the settings, and where each came from');
  addSettingOptions(addServerOption(command.option('--json', 'print JSON')))
    .addHelpText('after', examples)
    .action((options: ClientOptions & { readonly json?: boolean }, self: Command) => {
      const { origins } = loadConfig(readSettingFlags(self), environment.variables);
      const { url, origin } = readServer(options, environment);
      const all = [...origins, { name: 'url', value: url, origin }];
      if (options.json) environment.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
      else
        environment.stdout.write(
          formatTable(all.map((one) => [one.name, one.value || '(empty)', one.origin])),
        );
    });
}
