// anthracite help: shows the help of the program or of a command.

import { Argument } from 'commander';
import { UsageError } from '../exit-codes';
import type { CommandContext } from './context';

const examples = `
Examples:
  $ anthracite help
  $ anthracite help send
  $ anthracite help token create`;

/** Adds the command. Add it last: it offers all commands that were added before it. */
export function addHelpCommand({ program }: CommandContext): void {
  program
    .helpCommand(false)
    .command('help')
    .description('show the help of a command')
    .addArgument(
      new Argument('[command]', 'the command').choices(program.commands.map((command) => command.name())),
    )
    .argument('[subcommand]', 'the subcommand')
    .addHelpText('after', examples)
    .action((name: string | undefined, subName: string | undefined) => {
      const command = program.commands.find((one) => one.name() === name);
      const sub = command?.commands.find((one) => one.name() === subName);
      if (subName !== undefined && sub === undefined)
        throw new UsageError(`anthracite ${name} has no subcommand ${subName}; see anthracite help ${name}`);
      (sub ?? command ?? program).outputHelp();
    });
}
