// The flags of a bridge: its address, its token, the server, the spool, and the options of its mapping.

import { readFileSync } from 'node:fs';
import { type Option, type OptionValues, readOptions } from '../change/option-table';
import { parseLineAddress, sendLines } from '../client/line-client';
import { preview } from '../problem';
import type { SpooledSenderOptions } from './spooled-sender';

const defaultSpooled = 10_000;
const maxSpooledEver = 9_999_999;
const minWaitingBytes = 65_536;

/** The flags of every command of a bridge, as texts, in addition to those of its mapping. */
export type BridgeFlags = Readonly<Record<string, unknown>> & {
  readonly tcp: string;
  readonly spool: string;
  readonly maxSpooled: string;
};

/** Thrown when the user must correct the command line. */
export class BridgeUsageError extends Error {
  override readonly name = 'BridgeUsageError';
}

/** Reads `host:port`, `[v6 address]:port` or `port`, the last on `defaultHost`. Throws a `BridgeUsageError`. */
export function parseListenAddress(text: string, defaultHost: string): { host: string; port: number } {
  const match = /^(?:(.+):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65_535) {
    throw new BridgeUsageError(
      `invalid address ${preview(text)}; expected an address such as ${defaultHost}:2007`,
    );
  }
  return { host: (match[1] ?? defaultHost).replace(/^\[|\]$/g, ''), port };
}

/** The token in a file, null without a file. Throws a `BridgeUsageError`, or the error of the file system. */
export function readBridgeToken(flag: string, file: string | undefined): string | null {
  if (file === undefined) return null;
  const token = readFileSync(file, 'utf8').trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new BridgeUsageError(`${flag}: ${file} does not contain a valid token; expected one ASCII word`);
  }
  return token;
}

/** The flag of an option: `ignore_resources` -> `--ignore-resources`. */
export function flagOf(option: string): string {
  return `--${option.replaceAll('_', '-')}`;
}

/** Adds the flags of every command of a bridge, including the options of its mapping. */
export function addBridgeFlags(
  command: { option(flags: string, doc: string, value: string): unknown },
  spoolFolder: string,
  table: Readonly<Record<string, Option<unknown>>>,
): void {
  command.option('--tcp <address>', "Anthracite's line port", '127.0.0.1:2005');
  command.option('--spool <folder>', 'folder for events while Anthracite is unreachable', spoolFolder);
  command.option(
    '--max-spooled <events>',
    'maximum number of spooled events; beyond it, the oldest are dropped',
    String(defaultSpooled),
  );
  for (const [name, { doc, default: value }] of Object.entries(table)) {
    command.option(`${flagOf(name)} <value>`, doc, String(value));
  }
}

/** The flag of `listen` for the maximum bytes of reports on disk. */
export const maxWaitingFlag = [
  '--max-waiting-bytes <bytes>',
  'maximum bytes of reports that wait on disk',
  String(2_048 * 1_048_576),
] as const;

/** The folder of waiting reports, and their maximum bytes. Throws a `BridgeUsageError`. */
export function readWaitingFlags(flags: BridgeFlags): { readonly folder: string; readonly maxBytes: number } {
  const given = String(flags['maxWaitingBytes']);
  const maxBytes = Number(given);
  if (!/^\d{1,15}$/.test(given) || maxBytes < minWaitingBytes) {
    throw new BridgeUsageError(
      `--max-waiting-bytes is ${preview(given)}; expected a whole number of at least ${minWaitingBytes}`,
    );
  }
  return { folder: `${flags.spool}-reports`, maxBytes };
}

/** The server and the spool for events. Throws a `BridgeUsageError`, or the `ClientError` of an invalid address. */
export function readSenderFlags(
  { tcp, spool, maxSpooled }: BridgeFlags,
  say: (text: string) => void,
): SpooledSenderOptions {
  const address = parseLineAddress(tcp);
  if (!/^[1-9]\d{0,6}$/.test(maxSpooled)) {
    throw new BridgeUsageError(
      `--max-spooled is ${preview(maxSpooled)}; expected a whole number from 1 to ${maxSpooledEver}`,
    );
  }
  return {
    send: (lines) => sendLines(lines, address),
    spoolFolder: spool,
    maxSpooled: Number(maxSpooled),
    say,
  };
}

/** The options of a mapping, from flags with names in camel case. Throws a `BridgeUsageError`. */
export function readFlagOptions<Table extends Readonly<Record<string, Option<unknown>>>>(
  table: Table,
  flags: Readonly<Record<string, unknown>>,
): OptionValues<Table> {
  const read = readOptions(
    table,
    Object.keys(table).map((option) => [
      option,
      String(flags[option.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase())]),
    ]),
  );
  if (read.ok) return read.options;
  throw new BridgeUsageError(`${flagOf(read.name)} is ${preview(read.value)}; expected ${read.expected}`);
}
