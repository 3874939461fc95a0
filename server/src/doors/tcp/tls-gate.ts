// Makes the TLS handshake on accepted sockets. A proxy may have sent its header before the handshake, so the sockets do not
// come from a listener of TLS.

import type { Socket } from 'node:net';
import { createServer, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls';
import { socketPair } from '../../access/socket-pair';

/** TLS for the line port. */
export interface LineTls {
  readonly forLines: SecureContextOptions;
  /** True if senders need a certificate. */
  readonly needsClientCertificate: boolean;
  /** Gives a server new certificates when they change. */
  follow(server: Server, options: () => SecureContextOptions): void;
}

export class TlsGate {
  readonly #server: Server;
  /** The sockets whose handshake has not ended, by the address of the peer. */
  readonly #arriving = new Map<string, (secure: TLSSocket | null) => void>();

  /** A handshake takes at most `maxMs` milliseconds. */
  constructor(tls: LineTls, maxMs: number) {
    const needsCertificate = tls.needsClientCertificate;
    this.#server = createServer({
      ...tls.forLines,
      requestCert: needsCertificate,
      rejectUnauthorized: needsCertificate,
      handshakeTimeout: maxMs,
    });
    tls.follow(this.#server, () => tls.forLines);
    this.#server.on('secureConnection', (socket) => this.#settle(socketPair(socket), socket));
    this.#server.on('tlsClientError', (_error, socket) => {
      this.#settle(socketPair(socket), null);
      socket.destroy();
    });
  }

  /** Resolves with the encrypted socket, or with null if the handshake failed; the socket is closed then. */
  take(socket: Socket): Promise<TLSSocket | null> {
    return new Promise((resolve) => {
      const peer = socketPair(socket);
      this.#arriving.set(peer, resolve);
      socket.on('error', () => {});
      socket.once('close', () => this.#settle(peer, null));
      this.#server.emit('connection', socket);
    });
  }

  #settle(peer: string, secure: TLSSocket | null): void {
    const resolve = this.#arriving.get(peer);
    this.#arriving.delete(peer);
    resolve?.(secure);
  }
}
