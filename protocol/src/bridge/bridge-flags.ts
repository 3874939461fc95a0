// What the flags of a bridge say: where it listens, with which token, where events go and wait, and the options of its mapping.
// Knows no command line library but by what its commands look like.

import { readFileSync } from 'node:fs';
import { type Option, type OptionValues, readOptions } from '../change/option-table';
import { parseLineAddress, sendLines } from '../client/line-client';
import { preview } from '../problem';
import type { SpooledSenderOptions } from './spooled-sender';

const defaultSpooled = 10_000;
const maxSpooledEver = 9_999_999;

/** The flags that every command of a bridge has, as texts, besides those of its mapping. */
export type BridgeFlags = Readonly<Record<string, unknown>> & {
  readonly tcp: string;
  readonly spool: string;
  readonly maxSpooled: string;
};

/** Thrown for what the user must mend in the command. */
export class BridgeUsageError extends Error {
  override readonly name = 'BridgeUsageError';
}

/** Reads `host:port`, `[v6 address]:port` or `port`, the last on `defaultHost`. Throws a `BridgeUsageError`. */
export function parseListenAddress(text: string, defaultHost: string): { host: string; port: number } {
  const match = /^(?:(.+):)?(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65_535) {
    throw new BridgeUsageError(
      `the address ${preview(text)} is not understood; expected one such as ${defaultHost}:2007`,
    );
  }
  return { host: (match[1] ?? defaultHost).replace(/^\[|\]$/g, ''), port };
}

/** The token in a file, null without a file. Throws a `BridgeUsageError`, or the error of the file system. */
export function readBridgeToken(flag: string, file: string | undefined): string | null {
  if (file === undefined) return null;
  const token = readFileSync(file, 'utf8').trim();
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new BridgeUsageError(`${flag} ${file} holds no token; expected one line of letters and signs`);
  }
  return token;
}

/** The flag of an option: `ignore_resources` -> `--ignore-resources`. */
export function flagOf(option: string): string {
  return `--${option.replaceAll('_', '-')}`;
}

/** Adds to a command the flags that every command of a bridge has, among them the options of its mapping. */
export function addBridgeFlags(
  command: { option(flags: string, doc: string, value: string): unknown },
  spoolFolder: string,
  table: Readonly<Record<string, Option<unknown>>>,
): void {
  command.option('--tcp <address>', "Anthracite's line port", '127.0.0.1:2005');
  command.option('--spool <folder>', 'where events wait while Anthracite is away', spoolFolder);
  command.option('--max-spooled <events>', 'how many may wait; the oldest make room', String(defaultSpooled));
  for (const [name, { doc, default: value }] of Object.entries(table)) {
    command.option(`${flagOf(name)} <value>`, doc, String(value));
  }
}

/** Where events go, and where they wait until then. Throws a `BridgeUsageError`, or the `ClientError` of a bad address. */
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

/** The options of a mapping, from flags by their names in camel case. Throws a `BridgeUsageError`. */
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
