// The server's settings as options of a command.

import { type SettingName, settingNames, settingsTable, variableOf } from '@anthracite/server/core';
import { type Command, Option } from 'commander';

/** Adds an option for every setting, and `--config`. */
export function addSettingOptions(command: Command): Command {
  command.option('--config <file>', 'YAML file with settings (env: ANTHRACITE_CONFIG)');
  return addOptionsOf(command, settingNames);
}

/** Adds an option for each of these settings. */
export function addOptionsOf(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    const { doc, unit, default: value } = settingsTable[name];
    const shown = String(value) === '' ? 'none' : String(value);
    command.addOption(
      new Option(
        `--${name} <${unit.replaceAll(' ', '-')}>`,
        `${doc} (env: ${variableOf(name)}, default: ${shown})`,
      ),
    );
  }
  return command;
}

/** The settings that were given as options, by setting name. */
export function readSettingFlags(command: Command): Record<string, string | undefined> {
  return Object.fromEntries(
    command.options.map((option) => [
      option.long?.slice(2) ?? '',
      command.getOptionValue(option.attributeName()) as string | undefined,
    ]),
  );
}
