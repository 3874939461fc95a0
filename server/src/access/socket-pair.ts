// Names a TCP connection by its socket pair. Over TLS, the encrypted socket and the accepted one have the same. Pure.

import type { Socket } from 'node:net';

/** The addresses and ports of both ends, as one text. */
export function socketPair({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
