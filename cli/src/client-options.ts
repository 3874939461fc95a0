// The options that all commands share which speak to a server: where it is, and in which zone times are read and shown.

import { HttpClient, isTimeZone, parseTime, preview } from '@anthracite/protocol';
import type { Command } from 'commander';
import type { Environment } from './environment';
import { UsageError } from './exit-codes';

const defaultUrl = 'http://127.0.0.1:2006';

/** Values of the shared options. */
export interface ClientOptions {
  readonly server?: string;
  readonly timeZone?: string;
}

/** Adds `--server`. */
export function addServerOption(command: Command): Command {
  return command.option(
    '--server <url>',
    `the server's HTTP address (env: ANTHRACITE_URL, default: ${defaultUrl})`,
  );
}

/** Adds `--time-zone`. */
export function addTimeZoneOption(command: Command): Command {
  return command.option(
    '--time-zone <name>',
    'the zone in which times are read and shown (env: ANTHRACITE_TIME_ZONE, default: UTC)',
  );
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

/** A client of that server. */
export function createClient(options: ClientOptions, environment: Environment): HttpClient {
  return new HttpClient(readServer(options, environment).url);
}

/** The zone, checked. */
export function readTimeZone({ timeZone }: ClientOptions, { variables }: Environment): string {
  const zone = timeZone ?? variables['ANTHRACITE_TIME_ZONE'] ?? 'UTC';
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
