// The door of a server that receives the events: HTTP, or the line port.

import {
  defaultRetry,
  formatAddress,
  type HttpClient,
  type LineAddress,
  type LineReceipt,
  normalizeUrl,
  type Patience,
  parseLineAddress,
  sendLines,
  withRetry,
} from '@anthracite/protocol';
import { type ClientOptions, createClient, readCa, readServer } from '../client-options';
import type { Environment } from '../environment';

/** An entry point of a server for events. */
export interface Door {
  /** Its address, without the token. */
  readonly server: string;
  /** Null for the line port. */
  readonly client: HttpClient | null;
  /** Sends lines, each with its line end. Rejects with a `ClientError`. */
  readonly send: (lines: readonly string[]) => Promise<LineReceipt>;
}

/** A door that also answers queries. */
export interface HttpDoor extends Door {
  readonly client: HttpClient;
}

const defaultPort = 2005;
// Waits at most ten seconds for a server that hangs, because the event can be spooled.
const spoolPatience: Patience = { timeoutMs: 5_000, retry: { ...defaultRetry, patienceMs: 4_500 } };

/** Timeouts and retries of a command; shorter if it can spool its event. */
export function patienceOf(spool: string | false | undefined): Patience {
  return spool === false ? {} : spoolPatience;
}

/** The HTTP door of the options. Throws a `UsageError` or a `ClientError` if they are not valid. */
export function httpDoor(
  options: ClientOptions,
  environment: Environment,
  patience: Patience = {},
): HttpDoor {
  const client = createClient(options, environment, patience);
  return {
    server: normalizeUrl(readServer(options, environment).url),
    client,
    send: async (lines) => {
      const { problems, warnings = [], ...counts } = await client.submitLines(lines.join(''));
      return {
        ...counts,
        reasons: problems.map(({ error }) => error),
        warnings: warnings.map(({ warning }) => warning),
      };
    },
  };
}

/**
 * The line port at an address; `true` is port 2005 on the host of ANTHRACITE_URL, or on this machine. Throws a `ClientError`
 * BAD_URL.
 */
export function lineDoor(
  address: string | true,
  options: ClientOptions,
  environment: Environment,
  { timeoutMs, retry = defaultRetry }: Patience = {},
): Door {
  const given = address === true ? defaultAddress(environment) : parseLineAddress(address);
  const ca = readCa(options, environment);
  const place = { ...given, ...(ca !== undefined && { ca }) };
  return {
    server: formatAddress(place),
    client: null,
    send: (lines) => withRetry(() => sendLines(lines, place, timeoutMs), retry),
  };
}

function defaultAddress(environment: Environment): LineAddress {
  const { hostname } = new URL(normalizeUrl(readServer({}, environment).url));
  return parseLineAddress(`${hostname}:${defaultPort}`);
}
