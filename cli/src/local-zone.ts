// Finds the time zone of the machine. Node.js has no name for some values of TZ, and a wrong one for others.

import { readlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { explainZone, isTimeZone, preview } from '@anthracite/protocol';

/** The IANA name of the zone, or why it has none, as a part of a sentence. */
export type LocalZone = { readonly name: string } | { readonly why: string };

const machineLink = '/etc/localtime';
const maxLinks = 8;

/** The zone that `TZ` names, or without `TZ` that of the machine. */
export function findLocalZone(variables: Readonly<Record<string, string | undefined>>): LocalZone {
  const given = variables['TZ'];
  if (given === undefined) return findMachineZone();
  if (given === '' || given === ':') return readEmpty();
  const text = given.replace(/^:/, '');
  if (text.startsWith('/')) {
    const name = followToZone(text);
    return name === null
      ? { why: `TZ is ${preview(given)}, which is not a link to a time zone file` }
      : { name };
  }
  if (isTimeZone(text)) return { name: text };
  if (/^(?:UTC|GMT)[+-]?0$/.test(text)) return { name: 'UTC' };
  return { why: explainZone(text) ?? `TZ is ${preview(given)}, which is not an IANA name` };
}

// A link takes precedence, because Node.js may not know its zone. Without a link, Node.js compares the file with those of its zones.
function findMachineZone(): LocalZone {
  const name = followToZone(machineLink) ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return isTimeZone(name ?? '') ? { name } : { why: `${machineLink} is not a link to a known time zone` };
}

// The C library reads an empty TZ as UTC, other programs as the zone of the machine.
function readEmpty(): LocalZone {
  const machine = followToZone(machineLink);
  if (machine !== null && /^(?:etc\/)?(?:utc|uct|zulu|universal)$/i.test(machine)) return { name: 'UTC' };
  return { why: 'TZ is empty' };
}

/** The zone whose file a link leads to; null if it is not such a link. */
function followToZone(path: string): string | null {
  let at = path;
  for (let links = 0; links <= maxLinks; links++) {
    const name = nameIn(at);
    if (name !== null) return name;
    try {
      at = resolve(dirname(at), readlinkSync(at));
    } catch {
      return null;
    }
  }
  return null;
}

// The folder is /usr/share/zoneinfo, or /var/db/timezone/zoneinfo on macOS.
function nameIn(path: string): string | null {
  const [, name = ''] = /\/zoneinfo[^/]*\/(?:posix\/)?(.+)$/.exec(path) ?? [];
  return isTimeZone(name) ? name : null;
}
