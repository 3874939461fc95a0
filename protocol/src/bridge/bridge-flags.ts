// What the flags of a bridge say: where it listens, with which token, and the options of its mapping. Knows no command
// line library.

import { readFileSync } from 'node:fs';
import { type Option, type OptionValues, readOptions } from '../change/option-table';
import { preview } from '../problem';

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
