// Shared parts of the spool tests.

import { runHere } from './in-process';

/** Runs a command against a server. */
export const at = (url: string, ...args: readonly string[]) =>
  runHere(args, { env: { ANTHRACITE_URL: url } });

/** All events of a server, as lines. */
export async function listed(url: string): Promise<string[]> {
  const { stdout } = await at(url, 'export');
  return stdout.split('\n').filter((line) => line !== '');
}
