// Options of all commands that use a server: its URL, a token, and the time zone for reading and showing times.

import { readFileSync } from 'node:fs';
import {
  explainZone,
  HttpClient,
  isTimeZone,
  isToken,
  type Patience,
  parseTime,
  preview,
  printable,
} from '@anthracite/protocol';
import { type Command, Option } from 'commander';
import type { Environment } from './environment';
import { UsageError } from './exit-codes';

const defaultUrl = 'http://127.0.0.1:2006';

/** Values of the shared options. */
export interface ClientOptions {
  readonly server?: string;
  readonly tokenFile?: string;
  readonly timeZone?: string;
  readonly utc?: boolean;
}

/** Adds `--server` and `--token-file`. No option takes a token itself: other users of the machine can see command lines. */
export function addServerOption(command: Command): Command {
  return command
    .option('--server <url>', `the server's URL (env: ANTHRACITE_URL, default: ${defaultUrl})`)
    .option(
      '--token-file <file>',
      'file with the token for the server (env: ANTHRACITE_TOKEN_FILE, or the token itself in ANTHRACITE_TOKEN)',
    );
}

/** Adds `--time-zone` and `--utc`. */
export function addTimeZoneOption(command: Command): Command {
  return command
    .option(
      '--time-zone <name>',
      "time zone for reading and showing times (env: ANTHRACITE_TIME_ZONE, default: this machine's)",
    )
    .option('--utc', 'same as --time-zone UTC');
}

/** The URL of the server, and its origin: flag, variable or default. */
export function readServer(
  { server }: ClientOptions,
  { variables }: Environment,
): { url: string; origin: string } {
  if (server !== undefined) return { url: server, origin: 'flag --server' };
  const given = variables['ANTHRACITE_URL'];
  return given === undefined || given === ''
    ? { url: defaultUrl, origin: 'default' }
    : { url: given, origin: 'variable ANTHRACITE_URL' };
}

/** A token and its origin. The token itself is never shown. */
export interface FoundToken {
  readonly token: string;
  readonly origin: string;
}

/**
 * The token to send, or null without one. The flag takes precedence over variables, and ANTHRACITE_TOKEN over
 * ANTHRACITE_TOKEN_FILE. Throws a `UsageError`.
 */
export function readToken({ tokenFile }: ClientOptions, { variables }: Environment): FoundToken | null {
  if (tokenFile !== undefined) return readTokenFile(tokenFile, 'flag --token-file');
  const token = variables['ANTHRACITE_TOKEN'] ?? '';
  if (token !== '') return checkToken(token, 'variable ANTHRACITE_TOKEN');
  const file = variables['ANTHRACITE_TOKEN_FILE'] ?? '';
  return file === '' ? null : readTokenFile(file, 'variable ANTHRACITE_TOKEN_FILE');
}

function readTokenFile(file: string, origin: string): FoundToken {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `${origin}: ${preview(file)} cannot be read: ${printable((error as Error).message)}`,
    );
  }
  return checkToken(text, `${origin}: ${preview(file)}`);
}

// The message does not quote the text: it may be part of a token.
function checkToken(text: string, origin: string): FoundToken {
  const token = text.trim();
  if (isToken(token)) return { token, origin };
  throw new UsageError(
    `${origin} does not contain a valid token; expected one ASCII word, as anthracite token create prints it`,
  );
}

/** Creates a client for the server of the options. `patience` sets timeouts and retries. Throws a `UsageError` or a `ClientError`. */
export function createClient(
  options: ClientOptions,
  environment: Environment,
  patience: Patience = {},
): HttpClient {
  const found = readToken(options, environment);
  const { url } = readServer(options, environment);
  return new HttpClient(url, { ...patience, ...(found !== null && { token: found.token }) });
}

/** The time zone of the options. Throws a `UsageError` if it is unknown, given twice, or if the local zone has no name. */
export function readTimeZone(options: ClientOptions, environment: Environment): string {
  const given = readGivenZone(options, environment);
  if (given !== null) return given;
  const local = environment.localZone();
  if ('name' in local) return local.name;
  throw new UsageError(
    `the time zone of this machine is unknown: ${local.why}; use --time-zone, such as --time-zone Europe/Amsterdam`,
  );
}

/**
 * The time zone of a command whose only time is that of `--at`. Without `--at` the zone is only used for display, so an
 * unknown local zone becomes UTC and does not prevent sending.
 */
export function readZoneOfAt(
  options: ClientOptions & { readonly at?: string },
  environment: Environment,
): string {
  if (options.at !== undefined) return readTimeZone(options, environment);
  const local = environment.localZone();
  return readGivenZone(options, environment) ?? ('name' in local ? local.name : 'UTC');
}

function readGivenZone({ timeZone, utc }: ClientOptions, { variables }: Environment): string | null {
  if (utc && timeZone !== undefined)
    throw new UsageError('--utc and --time-zone cannot be combined; use one of them');
  const variable = variables['ANTHRACITE_TIME_ZONE'] ?? '';
  const zone = utc ? 'UTC' : (timeZone ?? variable);
  if (zone === '' && timeZone === undefined) return null;
  if (isTimeZone(zone)) return zone;
  throw new UsageError(
    explainZone(zone) ??
      `unknown time zone ${preview(zone)}; expected a name such as UTC or Europe/Amsterdam`,
  );
}

/** The option `--at` of commands that send. */
export function atOption(): Option {
  return new Option(
    '--at <when>',
    'time of the event: ISO 8601, or a Graphite time such as -10min (default: now)',
  );
}

/** The time of `--at`, in milliseconds since the epoch; now by default. Throws a `UsageError`. */
export function readAt(at: string | undefined, now: number, zone: string): number {
  return at === undefined ? now : readTime('--at', at, now, zone);
}

/** The time in an option's value, in milliseconds since the epoch. Throws a `UsageError`. */
export function readTime(option: string, text: string, now: number, zone: string): number {
  const time = parseTime(text, now, zone);
  if (time.ok) return time.value;
  throw new UsageError(`${option}: ${time.problem.message}`);
}
