// Options of all commands that use a server: its URL, a token, and the time zone for reading and showing times.

import { readFileSync } from 'node:fs';
import {
  explainZone,
  HttpClient,
  type HttpClientOptions,
  isTimeZone,
  isToken,
  type Patience,
  parseTime,
  preview,
  printable,
  TargetClient,
} from '@anthracite/protocol';
import { type Command, Option } from 'commander';
import { type ProfileServer, readProfile } from './client-profile';
import type { Environment } from './environment';
import { UsageError } from './exit-codes';

const defaultUrl = 'http://127.0.0.1:2006';

/** Values of the shared options. */
export interface ClientOptions {
  readonly server?: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly timeZone?: string;
  readonly utc?: boolean;
}

/** Adds `--server`, `--token-file` and `--ca-file`. No option takes a token itself: other users of the machine can see command lines. */
export function addServerOption(command: Command): Command {
  return command
    .option(
      '--server <url>',
      `the server's URL, or its name in your config.yaml (env: ANTHRACITE_URL, default: ${defaultUrl})`,
    )
    .option(
      '--token-file <file>',
      'file with the token for the server (env: ANTHRACITE_TOKEN_FILE, or the token itself in ANTHRACITE_TOKEN)',
    )
    .option(
      '--ca-file <file>',
      'PEM file with the CA certificates that the command trusts (env: ANTHRACITE_CA_FILE, default: those of Node.js)',
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

/** The URL of a server, its origin, and its entry in the user's file if it has one. */
export interface FoundServer {
  readonly url: string;
  readonly origin: string;
  readonly entry: ProfileServer | null;
}

/** The server: of the flag, the variable, the user's file, or the default. Throws a `UsageError`. */
export function readServer({ server }: ClientOptions, environment: Environment): FoundServer {
  const profile = readProfile(environment);
  const variable = environment.variables['ANTHRACITE_URL'] ?? '';
  const [given, origin] =
    server !== undefined ? [server, 'flag --server'] : [variable, 'variable ANTHRACITE_URL'];
  if (given !== '' || server !== undefined) {
    const entry = profile?.servers.find(({ name }) => name === given) ?? null;
    return { url: entry?.url ?? given, origin, entry };
  }
  if (!profile?.server) return { url: defaultUrl, origin: 'default', entry: null };
  return { url: profile.server.url, origin: `file ${profile.file}`, entry: profile.server };
}

/** A token and its origin. The token itself is never shown. */
export interface FoundToken {
  readonly token: string;
  readonly origin: string;
}

/**
 * The token to send, or null without one. The flag takes precedence over variables, ANTHRACITE_TOKEN over
 * ANTHRACITE_TOKEN_FILE, and variables over the entry of the server in the user's file. Throws a `UsageError`.
 */
export function readToken(
  options: ClientOptions,
  environment: Environment,
  { entry }: FoundServer = readServer(options, environment),
): FoundToken | null {
  const { tokenFile } = options;
  const { variables } = environment;
  if (tokenFile !== undefined) return readTokenFile(tokenFile, 'flag --token-file');
  const token = variables['ANTHRACITE_TOKEN'] ?? '';
  if (token !== '') return checkToken(token, 'variable ANTHRACITE_TOKEN');
  const file = variables['ANTHRACITE_TOKEN_FILE'] ?? '';
  if (file !== '') return readTokenFile(file, 'variable ANTHRACITE_TOKEN_FILE');
  return entry?.tokenFile === undefined
    ? null
    : readTokenFile(entry.tokenFile, `token-file of the server ${entry.name}`);
}

/** The token in a file. Throws a `UsageError` that starts with `origin`. */
export function readTokenFile(file: string, origin: string): FoundToken {
  return checkToken(readText(file, origin), `${origin}: ${preview(file)}`);
}

function readText(file: string, origin: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `${origin}: ${preview(file)} cannot be read: ${printable((error as Error).message)}`,
    );
  }
}

// The message does not quote the text: it may be part of a token.
function checkToken(text: string, origin: string): FoundToken {
  const token = text.trim();
  if (isToken(token)) return { token, origin };
  throw new UsageError(
    `${origin} does not contain a valid token; expected one ASCII word, as anthracite token create prints it`,
  );
}

/**
 * The authorities of `--ca-file`, of ANTHRACITE_CA_FILE, or of the server in the user's file, in PEM; undefined without
 * them. Throws a `UsageError`.
 */
export function readCa(
  options: ClientOptions,
  environment: Environment,
  { entry }: FoundServer = readServer(options, environment),
): string | undefined {
  const variable = environment.variables['ANTHRACITE_CA_FILE'] ?? '';
  const [file, origin] =
    options.caFile !== undefined
      ? [options.caFile, 'flag --ca-file']
      : variable !== ''
        ? [variable, 'variable ANTHRACITE_CA_FILE']
        : [entry?.caFile, `ca-file of the server ${entry?.name}`];
  if (file === undefined) return undefined;
  const text = readText(file, origin);
  if (/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/.test(text)) return text;
  throw new UsageError(`${origin}: ${preview(file)} has no certificate in PEM`);
}

/** Creates a client for the server of the options. `patience` sets timeouts and retries. Throws a `UsageError` or a `ClientError`. */
export function createClient(
  options: ClientOptions,
  environment: Environment,
  patience: Patience = {},
): HttpClient {
  return new HttpClient(...connectionOf(options, environment, patience));
}

/** Creates the client for targets. */
export function createTargetClient(options: ClientOptions, environment: Environment): TargetClient {
  return new TargetClient(...connectionOf(options, environment, {}));
}

function connectionOf(
  options: ClientOptions,
  environment: Environment,
  patience: Patience,
): [string, HttpClientOptions] {
  const server = readServer(options, environment);
  const found = readToken(options, environment, server);
  const ca = readCa(options, environment, server);
  const given = {
    ...patience,
    ...(found !== null && { token: found.token }),
    ...(ca !== undefined && { ca }),
  };
  return [server.url, given];
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
