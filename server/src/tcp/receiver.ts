// Listens for lines on one or more addresses. Knows sockets; knows nothing of lines.

import { createServer, type Server, type Socket } from 'node:net';
import { isLoopback, NetworkList } from '../access/network-list';
import type { Intake } from '../events/intake';
import { Connection, type ConnectionLimits } from './connection';
import type { ConnectionEnd } from './line-answer';
import { type Address, closeServer, listen } from './listener';

/** How the receiver is set up. */
export interface ReceiverOptions extends ConnectionLimits {
  readonly addresses: readonly Address[];
  readonly maxConnections: number;
  /** Networks that may send; empty for all, or for this machine only where writing needs a token. */
  readonly allowedNetworks: readonly string[];
  /** Whether writing needs a token, which lines cannot carry. */
  readonly needsToken: () => boolean;
}

/** Why a connection was not taken. */
export type Refusal = 'network' | 'token' | 'too_many';

/** Hears of connections, for the metrics. */
export interface ReceiverObserver {
  opened(): void;
  closed(end: ConnectionEnd): void;
  refused(reason: Refusal): void;
}

const tokenRefusal =
  'failed stored=0 duplicate=0 rejected=0\nclosed: writing needs a token, which lines cannot carry; send it by HTTP, or have your network named in tcp-allow\n';

export class Receiver {
  readonly #intake: Intake;
  readonly #options: ReceiverOptions;
  readonly #observer: ReceiverObserver;
  readonly #networks: NetworkList;
  readonly #connections = new Set<Connection>();
  #servers: Server[] = [];

  constructor(intake: Intake, options: ReceiverOptions, observer: ReceiverObserver) {
    this.#intake = intake;
    this.#options = options;
    this.#observer = observer;
    this.#networks = new NetworkList(options.allowedNetworks);
  }

  /** Starts to listen on all addresses and returns them with their real ports. Rejects with a `ListenError`. */
  async listen(): Promise<Address[]> {
    const bound: Address[] = [];
    for (const address of this.#options.addresses) {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
      this.#servers.push(server);
      bound.push(await listen(server, address, 'tcp'));
    }
    return bound;
  }

  /** Stops listening, commits and answers what the peers have sent so far, and closes their connections. */
  async close(): Promise<void> {
    const closed = this.#servers.map(closeServer);
    await Promise.all([...this.#connections].map((connection) => connection.stop()));
    await Promise.all(closed);
  }

  #accept(socket: Socket): void {
    const refusal = this.#refusal(socket);
    if (refusal) {
      this.#observer.refused(refusal);
      socket.on('error', () => {});
      // Whoever could send until the first token was made is told what has changed.
      if (refusal === 'token') socket.end(tokenRefusal, () => socket.destroy());
      else socket.destroy();
      return;
    }
    this.#observer.opened();
    const connection: Connection = new Connection(socket, this.#intake, this.#options, (end) => {
      this.#connections.delete(connection);
      this.#observer.closed(end);
    });
    this.#connections.add(connection);
  }

  #refusal(socket: Socket): Refusal | null {
    const { allowedNetworks, needsToken } = this.#options;
    const address = socket.remoteAddress ?? '';
    if (!this.#networks.admits(address)) return 'network';
    if (allowedNetworks.length === 0 && needsToken() && !isLoopback(address)) return 'token';
    return this.#connections.size >= this.#options.maxConnections ? 'too_many' : null;
  }
}
