// What the commands of the bridge share: the options of the mapping, and where events go.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { parseLineAddress, printable, sendLines } from '@anthracite/protocol';
import { flagOf, readFlagOptions } from '@anthracite/protocol/bridge';
import { type Command, InvalidArgumentError } from 'commander';
import { type MappingOptions, mappingOptionNames, mappingOptions } from '../options';
import { Pipeline } from './pipeline';

/** What the bridge sees of the world. */
export interface BridgeEnvironment {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Aborted when the program must stop in order. */
  readonly stopping: AbortSignal;
}

/** Exit codes: those of the `anthracite` command, see `docs/cli.md`. */
export const exitCodes = { done: 0, refused: 1, usage: 2, unavailable: 4 } as const;

/** The name of the command. */
export const name = 'anthracite-puppet-reporter';

/** Larger reports are passed over, in bytes. */
export const maxReportBytes = 16 * 1_048_576;

/** The options of every command. */
export type Flags = Readonly<Record<string, unknown>> & {
  readonly tcp: string;
  readonly spool: string;
  readonly maxSpooled: number;
};

/** Adds the options that every command has. */
export function addCommonOptions(command: Command): Command {
  command
    .option('--tcp <address>', "Anthracite's line port", '127.0.0.1:2005')
    .option('--spool <folder>', 'where events wait while Anthracite is away', 'data/puppet-spool')
    .option('--max-spooled <events>', 'how many may wait; the oldest make room', parseCount, 10_000);
  for (const option of mappingOptionNames) {
    const { doc, default: value } = mappingOptions[option];
    command.option(`${flagOf(option)} <value>`, doc, String(value));
  }
  return command;
}

/** The options of the mapping. Throws a `BridgeUsageError`. */
export function readOptions(flags: Flags): MappingOptions {
  return readFlagOptions(mappingOptions, flags);
}

/** Opens the spool, and what leads to it. */
export function openPipeline(flags: Flags, environment: BridgeEnvironment): Promise<Pipeline> {
  const address = parseLineAddress(flags.tcp);
  return Pipeline.open({
    send: (lines) => sendLines(lines, address),
    spoolFolder: flags.spool,
    maxSpooled: flags.maxSpooled,
    say: sayTo(environment),
  });
}

/** Says what goes wrong, a line each. */
export function sayTo({ stderr }: BridgeEnvironment): (text: string) => void {
  return (text) => stderr.write(`${name}: ${printable(text)}\n`);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new InvalidArgumentError('expected a whole number from 1 to 9999999');
  return Number(text);
}

/** The version of this package. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as {
    readonly version: string;
  };
  return manifest.version;
}
