// Accepts the server and time zone options also before the command: anthracite --server U list.

import type { Command } from 'commander';
import { addServerOption, addTimeZoneOption } from './client-options';
import { UsageError } from './exit-codes';

const zoneOptions: readonly string[] = ['timeZone', 'utc'];

/** Adds these options to the program. Options after the command take precedence. */
export function addGlobalOptions(program: Command): void {
  addServerOption(
    addTimeZoneOption(program.optionsGroup('Options for all commands that use a server:')),
  ).hook('preAction', (_program, command) => {
    // Both zone options are one choice: either of them after the command overrides both before it.
    const hasZone = zoneOptions.some((name) => command.getOptionValueSource(name) === 'cli');
    for (const [name, value] of Object.entries(program.opts<Readonly<Record<string, unknown>>>())) {
      const option = command.options.find((one) => one.attributeName() === name);
      if (option === undefined) {
        const flag = program.options.find((one) => one.attributeName() === name)?.long;
        throw new UsageError(
          `${flag} does not work with anthracite ${nameOf(command)}, which uses no server`,
        );
      }
      if (hasZone && zoneOptions.includes(name)) continue;
      if (command.getOptionValueSource(name) !== 'cli') command.setOptionValueWithSource(name, value, 'cli');
    }
  });
}

/** The words of a command after `anthracite`, such as `token create`. */
export function nameOf(command: Command): string {
  return command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();
}
