// The spool folder of a command: one per server, so that no event goes to another server.

import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { ClientOptions } from '../client-options';
import type { Environment } from '../environment';
import { quoteForShell } from '../quote-for-shell';

/** Values of the options of commands that spool. */
export interface SpoolOptions extends ClientOptions {
  /** False with `--no-spool`. */
  readonly spool?: string | false;
}

/** Maximum number of events in a folder; beyond it, the oldest are dropped. */
export const maxSpooled = 10_000;
const waiting = /^[^.].*\.(?:line|event|mark)$/;

/** Adds `--spool` and `--no-spool`. `withoutSpool` says what happens with `--no-spool` if the server is unreachable. */
export function addSpoolOptions(
  command: Command,
  withoutSpool = 'fail with exit code 4 if the server is unreachable',
): Command {
  return command
    .option(
      '--spool <folder>',
      'folder that keeps events while the server is unreachable (env: ANTHRACITE_SPOOL, default: a folder for each server in ~/.local/state/anthracite/spool)',
    )
    .option('--no-spool', `do not keep events: ${withoutSpool}`);
}

/** The spool folder for a server. `server` is an HTTP URL, or `host:port` of a line port. */
export function spoolFolder(
  { spool }: { readonly spool?: string | false | undefined },
  server: string,
  { variables }: Environment,
): string {
  if (typeof spool === 'string') return spool;
  const given = variables['ANTHRACITE_SPOOL'] ?? '';
  if (given !== '') return given;
  const state = variables['XDG_STATE_HOME'] || join(variables['HOME'] || homedir(), '.local', 'state');
  return join(state, 'anthracite', 'spool', encodeURIComponent(server));
}

/** The command that delivers the spool for the server of the options, or for the line port `tcp`. */
export function flushCommand({ spool, server }: SpoolOptions, tcp: string | null = null): string {
  const words = [
    ...(typeof spool === 'string' ? [spool] : []),
    ...(tcp !== null ? ['--tcp', tcp] : server === undefined ? [] : ['--server', server]),
  ];
  return ['anthracite flush', ...words.map(quoteForShell)].join(' ');
}

/** The number of events in a folder; 0 if it does not exist. Throws errors of the file system. */
export function countWaiting(folder: string): number {
  try {
    return readdirSync(folder).filter((name) => waiting.test(name)).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** The spool of another server: its number of events, or why its folder cannot be read. */
export type OtherServer =
  | { readonly server: string; readonly count: number }
  | { readonly folder: string; readonly fault: Error };

/** The other servers with spooled events, besides the server of this folder of `spoolFolder`. */
export function otherServers(folder: string): readonly OtherServer[] {
  const root = dirname(folder);
  let names: readonly string[];
  try {
    const entries = readdirSync(root, { withFileTypes: true });
    names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    return [{ folder: root, fault: error as Error }];
  }
  return names.flatMap((name): readonly OtherServer[] => {
    const other = join(root, name);
    if (other === folder) return [];
    try {
      const count = countWaiting(other);
      return count === 0 ? [] : [{ server: decode(name), count }];
    } catch (error) {
      return [{ folder: other, fault: error as Error }];
    }
  });
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
