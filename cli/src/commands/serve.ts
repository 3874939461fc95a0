// anthracite serve: runs the server until a signal stops it.

import type { Command } from 'commander';
import { runServer } from '../server-run';
import { addSettingOptions, readSettingFlags } from '../setting-options';
import { loadServer } from '../whole-server';
import type { CommandContext } from './context';

const examples = `
You can also set each setting with an environment variable, or in the YAML file of --config. Options take precedence over
variables, and variables over the file. \`anthracite config\` shows all values and where each comes from.

Examples:
  $ anthracite serve
  $ anthracite serve --http :2006 --tcp :2005 --tcp-allow 10.0.0.0/8
  $ ANTHRACITE_TIME_ZONE=Europe/Amsterdam anthracite serve --database /var/lib/anthracite/anthracite.db`;

/** Adds the command. */
export function addServeCommand({ program, environment, end }: CommandContext): void {
  addSettingOptions(program.command('serve').description('run the server'))
    .addHelpText('after', examples)
    .action(async (_flags: unknown, command: Command) => {
      const config = loadServer().loadConfig(readSettingFlags(command), environment.variables);
      end(await runServer(config, environment));
    });
}
