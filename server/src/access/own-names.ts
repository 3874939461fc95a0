// Finds the names of this machine. No web page can make one of them resolve to another address first.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** The names of this machine, in lower case: its host name, and its aliases in the hosts file. Does not use the network. */
export function ownNames(): string[] {
  let hosts = '';
  try {
    hosts = readFileSync('/etc/hosts', 'utf8');
  } catch {
    // Systems without this file: only the host name is known.
  }
  return namesOf(hostname(), hosts);
}

/**
 * The names of a machine with this host name, given the text of a hosts file. DNS is not used: in a foreign network,
 * its answers can name a machine arbitrarily.
 */
export function namesOf(host: string, hosts: string): string[] {
  const name = host.toLowerCase();
  const names = new Set(name === '' ? [] : [name, name.split('.', 1)[0] ?? name]);
  for (const line of hosts.toLowerCase().split('\n')) {
    const [, ...aliases] = line.split('#', 1)[0]?.trim().split(/\s+/) ?? [];
    if (aliases.some((alias) => names.has(alias))) for (const alias of aliases) names.add(alias);
  }
  return [...names];
}
