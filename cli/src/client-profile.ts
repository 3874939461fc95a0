// Reads the user's own file of servers and default tags: ~/.config/anthracite/config.yaml.

import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { preview } from '@anthracite/protocol';
import { readYamlFile } from '@anthracite/server/core';
import type { Environment } from './environment';
import { UsageError } from './exit-codes';

/** A server of the file. */
export interface ProfileServer {
  readonly name: string;
  readonly url: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
}

/** The content of the file. */
export interface ClientProfile {
  readonly file: string;
  readonly servers: readonly ProfileServer[];
  /** The server of commands without `--server`; null for the default of the command. */
  readonly server: ProfileServer | null;
  /** Tags of new events. */
  readonly tags: readonly string[];
}

/** The path of the file; null if the user has no home folder. */
export function profileFile({ variables }: Pick<Environment, 'variables'>): string | null {
  const home = variables['HOME'] ?? '';
  const config = variables['XDG_CONFIG_HOME'] || (home === '' ? '' : join(home, '.config'));
  return config === '' ? null : join(config, 'anthracite', 'config.yaml');
}

/** The file's content; null without a file. Throws a `UsageError`. */
export function readProfile(environment: Pick<Environment, 'variables'>): ClientProfile | null {
  const file = profileFile(environment);
  if (file === null || !existsSync(file)) return null;
  const { servers: given = {}, server: chosen, tags = [], ...rest } = readYamlFile(file).values;
  refuseOthers(file, rest, 'server, servers, tags');
  if (!isMap(given)) throw wrong(file, 'servers', 'names with url, token-file and ca-file');
  const home = environment.variables['HOME'] ?? '';
  const pathOf = (path: unknown, what: string): string | undefined => {
    if (path === undefined) return undefined;
    if (typeof path !== 'string' || path === '') throw wrong(file, what, 'the name of a file');
    return resolve(dirname(file), path.replace(/^~(?=\/)/, home));
  };
  const servers = Object.entries(given).map(([name, value]): ProfileServer => {
    const entry = typeof value === 'string' ? { url: value } : value;
    if (!/^[\w-]+$/.test(name)) throw wrong(file, preview(name), 'a name of letters, digits, _ and -');
    if (!isMap(entry)) throw wrong(file, `servers: ${name}`, 'a URL, or url, token-file and ca-file');
    const { url, 'token-file': token, 'ca-file': ca, ...others } = entry;
    refuseOthers(file, others, 'url, token-file, ca-file');
    if (typeof url !== 'string') throw wrong(file, `servers: ${name}: url`, 'the URL of the server');
    const tokenFile = pathOf(token, `servers: ${name}: token-file`);
    const caFile = pathOf(ca, `servers: ${name}: ca-file`);
    return { name, url, ...(tokenFile && { tokenFile }), ...(caFile && { caFile }) };
  });
  const server = servers.find(({ name }) => name === chosen) ?? null;
  if (chosen !== undefined && server === null) {
    throw wrong(
      file,
      'server',
      `one of ${servers.map(({ name }) => name).join(', ') || 'the names in servers'}`,
    );
  }
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) {
    throw wrong(file, 'tags', 'a list such as [team=web, env=prod]');
  }
  return { file, servers, server, tags };
}

/** The tags of a new event: those given, and the default tags of the file whose key is not among them. */
export function withDefaultTags(
  given: readonly string[] = [],
  environment: Pick<Environment, 'variables'>,
): readonly string[] {
  const keyOf = (tag: string): string => tag.split('=', 1)[0] ?? '';
  const keys = new Set(given.map(keyOf));
  const defaults = readProfile(environment)?.tags.filter((tag) => !keys.has(keyOf(tag))) ?? [];
  return [...defaults, ...given];
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuseOthers(file: string, rest: object, known: string): void {
  const [unknown] = Object.keys(rest);
  if (unknown === undefined) return;
  throw new UsageError(`file ${file}: unknown name ${preview(unknown)}; allowed: ${known}`);
}

function wrong(file: string, name: string, expected: string): UsageError {
  return new UsageError(`file ${file}: ${name} is not valid; expected ${expected}`);
}
