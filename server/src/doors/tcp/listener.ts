// Binds a server to an address. Independent of the protocols on top.

import type { Server } from 'node:net';
import { fillSentence, formatAddress, preview } from '@anthracite/protocol';

/** An address to listen on. Port 0 lets the system choose. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const sentences: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'another program already listens on {address}; stop it, or choose another address with --{setting}',
  EACCES: 'this user may not listen on {address}; choose a port above 1023 with --{setting}',
  EADDRNOTAVAIL:
    'this machine does not have the address {address}; choose one of its addresses with --{setting}',
};

/** Thrown when the server cannot listen on an address. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Parses `host:port`, `[v6 address]:port`, or `:port` for all addresses. Null for anything else. */
export function parseAddress(text: string): Address | null {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text);
  if (!match) return null;
  const port = Number(match[3]);
  const host = match[1] ?? match[2] ?? '';
  return port > 65_535 ? null : { host: host === '' ? '::' : host, port };
}

/** A socket that is bound already: its descriptor, which systemd has passed to the process. */
export interface BoundSocket {
  readonly fd: number;
}

/** Sockets that systemd has passed, by the setting whose addresses they replace. */
export type PassedSockets = Readonly<
  Partial<Record<'http' | 'https' | 'tcp' | 'tcp-tls', readonly BoundSocket[]>>
>;

// Connections wait here while the server restarts, if systemd keeps the socket.
const backlog = 4_096;

/** Listens, and returns the address with its actual port. `setting` is named in the error sentence. */
export function listen(server: Server, at: Address | BoundSocket, setting: string): Promise<Address> {
  const { host, port } = 'fd' in at ? { host: `descriptor ${at.fd}`, port: 0 } : at;
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const sentence = sentences[error.code ?? ''] ?? `cannot listen on {address}: ${preview(error.message)}`;
      reject(new ListenError(fillSentence(sentence, { address: formatAddress({ host, port }), setting })));
    };
    server.once('error', fail);
    server.listen({ ...('fd' in at ? at : { host, port }), backlog }, () => {
      server.off('error', fail);
      // Out of file descriptors, for example: the server accepts connections again when some are free.
      server.on('error', () => {});
      const bound = server.address();
      if (typeof bound !== 'object' || bound === null) resolve({ host, port });
      else resolve({ host: 'fd' in at ? bound.address : host, port: bound.port });
    });
  });
}

/** Stops listening; resolves when the last connection has closed. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
