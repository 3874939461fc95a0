// Binds a server to an address. Knows sockets and nothing of what runs over them.

import type { Server } from 'node:net';
import { fillSentence, preview } from '@anthracite/protocol';

/** Where to listen. Port 0 lets the system choose. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const sentences: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'another program already listens on {address}; stop it, or choose another address with --{setting}',
  EACCES: 'this user may not listen on {address}; choose a port above 1023 with --{setting}',
  EADDRNOTAVAIL: 'this machine has no address {address}; choose one that it has with --{setting}',
};

/** Thrown when an address cannot be listened on. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/** Reads `host:port`, `[v6 address]:port`, or `:port` for all addresses. Null when it is none of these. */
export function parseAddress(text: string): Address | null {
  const match = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text);
  if (!match) return null;
  const port = Number(match[3]);
  const host = match[1] ?? match[2] ?? '';
  return port > 65_535 ? null : { host: host === '' ? '::' : host, port };
}

/** Writes an address as `parseAddress` reads it. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Listens, and returns the address with its real port. `setting` is named in the sentence of a failure. */
export function listen(server: Server, { host, port }: Address, setting: string): Promise<Address> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const sentence = sentences[error.code ?? ''] ?? `cannot listen on {address}: ${preview(error.message)}`;
      reject(new ListenError(fillSentence(sentence, { address: formatAddress({ host, port }), setting })));
    };
    server.once('error', fail);
    server.listen({ host, port, backlog: 1_024 }, () => {
      server.off('error', fail);
      // Out of file descriptors, say: the server goes on accepting when there are some again.
      server.on('error', () => {});
      const bound = server.address();
      resolve({ host, port: typeof bound === 'object' && bound ? bound.port : port });
    });
  });
}

/** Stops listening; resolves when the last connection is gone. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
