// What the commands of the bridge share: the options of the mapping, and where events go.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addBridgeFlags,
  type BridgeEnvironment,
  type BridgeFlags,
  readFlagOptions,
  readSenderFlags,
  sayTo,
} from '@anthracite/protocol/bridge';
import type { Command } from 'commander';
import { type MappingOptions, mappingOptions } from '../options';
import { Pipeline } from './pipeline';

/** The name of the command. */
export const commandName = 'anthracite-puppet-reporter';

/** Larger reports are passed over, in bytes. */
export const maxReportBytes = 16 * 1_048_576;

/** Adds the options that every command has. */
export function addCommonOptions(command: Command): Command {
  addBridgeFlags(command, 'data/puppet-spool', mappingOptions);
  return command;
}

/** The options of the mapping. Throws a `BridgeUsageError`. */
export function readOptions(flags: BridgeFlags): MappingOptions {
  return readFlagOptions(mappingOptions, flags);
}

/** Opens the spool, and what leads to it. */
export function openPipeline(flags: BridgeFlags, environment: BridgeEnvironment): Promise<Pipeline> {
  return Pipeline.open(readSenderFlags(flags, sayTo(environment, commandName)));
}

/** The version of this package. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as {
    readonly version: string;
  };
  return manifest.version;
}
