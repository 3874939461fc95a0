// Options and helpers that the commands of the bridge share.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addBridgeFlags,
  type BridgeEnvironment,
  type BridgeFlags,
  readFlagOptions,
  readSenderFlags,
  SpooledSender,
  sayTo,
} from '@anthracite/protocol/bridge';
import type { Command } from 'commander';
import { type MappingOptions, mappingOptions } from '../options';
import { Pipeline } from './pipeline';

/** The name of the command. */
export const commandName = 'anthracite-puppet-reporter';

/** Maximum size of a report, in bytes; larger ones are skipped. */
export const maxReportBytes = 16 * 1_048_576;

/** Adds the options of every command. */
export function addCommonOptions(command: Command): Command {
  addBridgeFlags(command, 'data/puppet-spool', mappingOptions);
  return command;
}

/** The options of the mapping. Throws a `BridgeUsageError`. */
export function readOptions(flags: BridgeFlags): MappingOptions {
  return readFlagOptions(mappingOptions, flags);
}

/** Opens the spool with its sender. */
export function openSender(flags: BridgeFlags, environment: BridgeEnvironment): Promise<SpooledSender> {
  return SpooledSender.open(readSenderFlags(flags, sayTo(environment, commandName)));
}

/** Opens the spool with its sender, and the mapping before it. */
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
