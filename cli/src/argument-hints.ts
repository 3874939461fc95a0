// Explains a common mistake: an argument given as an option, such as --type for the type of anthracite send.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { nameOf } from './global-options';

/** Adds hidden options named like the arguments of each command. Their error shows the correct usage. */
export function addArgumentHints(command: Command): void {
  for (const sub of command.commands) addArgumentHints(sub);
  for (const argument of command.registeredArguments) {
    const flag = `--${argument.name()}`;
    if (command.options.some(({ long }) => long === flag)) continue;
    const refuse = (): never => {
      throw new InvalidArgumentError(
        `The ${argument.name()} is an argument, not an option: anthracite ${nameOf(command)} ${command.usage()}`,
      );
    };
    command.addOption(new Option(`${flag} <value>`).argParser(refuse).hideHelp());
  }
}
