// What the flags of a bridge say: where it listens, and with which token. Knows no command line library.

import { readFileSync } from 'node:fs';
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
