// The options that all commands share which speak to a server: where it is, the token for it, and in which zone times are
// read and shown.

import { readFileSync } from 'node:fs';
import {
  HttpClient,
  type HttpClientOptions,
  isTimeZone,
  isToken,
  parseTime,
  preview,
  printable,
} from '@anthracite/protocol';
import type { Command } from 'commander';
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

/** Adds `--server` and `--token-file`. A token itself is no option: everybody on the machine sees command lines. */
export function addServerOption(command: Command): Command {
  return command
    .option('--server <url>', `the server's HTTP address (env: ANTHRACITE_URL, default: ${defaultUrl})`)
    .option(
      '--token-file <file>',
      'a file with the token for the server (env: ANTHRACITE_TOKEN_FILE; ANTHRACITE_TOKEN is the token itself)',
    );
}

/** Adds `--time-zone` and `--utc`. */
export function addTimeZoneOption(command: Command): Command {
  return command
    .option(
      '--time-zone <name>',
      "the zone in which times are read and shown (env: ANTHRACITE_TIME_ZONE, default: this machine's)",
    )
    .option('--utc', 'the same as --time-zone UTC');
}

/** The server that a command speaks to, and where its address came from. */
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

/** A token, and where it was found. The token itself is shown nowhere. */
export interface FoundToken {
  readonly token: string;
  readonly origin: string;
}

/** The token to present, or null where none is given. A flag beats a variable, and the token itself a file of it. */
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

// The sentence does not show what was found: it may be half a token.
function checkToken(text: string, origin: string): FoundToken {
  const token = text.trim();
  if (isToken(token)) return { token, origin };
  throw new UsageError(`${origin} holds no token; expected one word of ASCII, as token create prints it`);
}

/** A client of that server; `patience` is how long and how often it asks. */
export function createClient(
  options: ClientOptions,
  environment: Environment,
  patience: Pick<HttpClientOptions, 'retry' | 'timeoutMs'> = {},
): HttpClient {
  const found = readToken(options, environment);
  const { url } = readServer(options, environment);
  return new HttpClient(url, { ...patience, ...(found !== null && { token: found.token }) });
}

/** The zone, checked. */
export function readTimeZone({ timeZone, utc }: ClientOptions, environment: Environment): string {
  if (utc && timeZone !== undefined)
    throw new UsageError('--utc and --time-zone are two zones; give one of them');
  const here = isTimeZone(environment.timeZone) ? environment.timeZone : 'UTC';
  const given = environment.variables['ANTHRACITE_TIME_ZONE'] ?? '';
  const zone = utc ? 'UTC' : (timeZone ?? (given === '' ? here : given));
  if (isTimeZone(zone)) return zone;
  throw new UsageError(
    `the time zone ${preview(zone)} is unknown; expected a name such as UTC or Europe/Amsterdam`,
  );
}

/** A time that was given with an option, in milliseconds since the epoch. */
export function readTime(option: string, text: string, now: number, zone: string): number {
  const time = parseTime(text, now, zone);
  if (time.ok) return time.value;
  throw new UsageError(`${option}: ${time.problem.message}`);
}
