// The names that this machine has of itself. No page can make one of them lead elsewhere first.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** The names of this machine, in lower case: its host name, and what its hosts file says of that. Asks no network. */
export function ownNames(): string[] {
  let hosts = '';
  try {
    hosts = readFileSync('/etc/hosts', 'utf8');
  } catch {
    // A system without the file: its host name is all that it tells.
  }
  return namesOf(hostname(), hosts);
}

/**
 * The names of a machine with this host name, given the text of a hosts file. DNS is not asked: who answers there, in a
 * foreign network say, may name a machine as he likes.
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
