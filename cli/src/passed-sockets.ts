// Finds the sockets that systemd has passed to the process, by the protocol of sd_listen_fds(3). Pure.

import { preview } from '@anthracite/protocol';
import type { PassedSockets } from '@anthracite/server/core';
import { UsageError } from './exit-codes';

const firstDescriptor = 3;
const names = ['http', 'https', 'tcp', 'tcp-tls'] as const;
type Name = (typeof names)[number];

/**
 * The sockets by setting. Their names are those of the settings (`FileDescriptorName=`); without any such name, the first
 * is for HTTP and the second for lines. Throws a `UsageError` if their purpose is unknown.
 */
export function passedSockets(
  variables: Readonly<Record<string, string | undefined>>,
  pid: number,
): PassedSockets {
  // They may be meant for a parent process.
  if (variables['LISTEN_PID'] !== String(pid)) return {};
  const count = Number(variables['LISTEN_FDS'] ?? 0);
  if (!Number.isInteger(count) || count < 1) return {};
  const given = (variables['LISTEN_FDNAMES'] ?? '').split(':');
  const isNamed = given.some((name) => names.includes(name as Name));
  if (!isNamed && count > 2) {
    throw new UsageError(
      `systemd passed ${count} sockets without known names; set FileDescriptorName to one of ${names.join(', ')}`,
    );
  }
  const passed: Partial<Record<Name, { fd: number }[]>> = {};
  for (let i = 0; i < count; i++) {
    const name = isNamed ? given[i] : i === 0 ? 'http' : 'tcp';
    const known = names.find((one) => one === name);
    if (known === undefined) {
      throw new UsageError(
        `systemd passed a socket with the name ${preview(name ?? '')}; set FileDescriptorName to one of ${names.join(', ')}`,
      );
    }
    passed[known] = [...(passed[known] ?? []), { fd: firstDescriptor + i }];
  }
  return passed;
}
