// The network that a connection counts for, where places are shared out. Knows no socket.

import { isIPv6 } from 'node:net';

const mappedIPv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const partsOfNetwork = 4;
const partsOfAddress = 8;

/**
 * An IPv4 address as it is; of an IPv6 address its first 64 bits, since one machine may have all addresses below them.
 * `''` for a connection that is closed already.
 */
export function peerNetwork(address: string | undefined): string {
  const plain = mappedIPv4.exec(address ?? '')?.[1] ?? address ?? '';
  if (!isIPv6(plain)) return plain;
  const [start = '', end = ''] = (plain.split('%', 1)[0] as string).toLowerCase().split('::', 2);
  const before = start === '' ? [] : start.split(':');
  const after = end === '' ? [] : end.split(':');
  const zeros = Array<string>(Math.max(0, partsOfAddress - before.length - after.length)).fill('0');
  const parts = plain.includes('::') ? [...before, ...zeros, ...after] : before;
  return `${parts.slice(0, partsOfNetwork).join(':')}::/64`;
}
