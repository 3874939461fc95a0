// Finds the network of a peer, by which places and connections are shared out. Independent of sockets.

import { isIPv6 } from 'node:net';

const mappedIPv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const partsOfNetwork = 4;
const partsOfAddress = 8;

/**
 * An IPv4 address unchanged; the first 64 bits of an IPv6 address, because one machine may own all addresses below
 * them. `''` for a connection that is already closed.
 */
export function peerNetwork(address: string | undefined): string {
  // This runs for every request, most of them from IPv4: Node's own test for IPv6 is a slow regular expression.
  if (!address?.includes(':')) return address ?? '';
  const plain = mappedIPv4.exec(address)?.[1] ?? address;
  if (!isIPv6(plain)) return plain;
  const [start = '', end = ''] = (plain.split('%', 1)[0] as string).toLowerCase().split('::', 2);
  const before = start === '' ? [] : start.split(':');
  const after = end === '' ? [] : end.split(':');
  const zeros = Array<string>(Math.max(0, partsOfAddress - before.length - after.length)).fill('0');
  const parts = plain.includes('::') ? [...before, ...zeros, ...after] : before;
  return `${parts.slice(0, partsOfNetwork).join(':')}::/64`;
}
