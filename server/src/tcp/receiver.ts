// Listens for lines on one or more addresses. Knows sockets; knows nothing of lines.

import { createServer, type Server, type Socket } from 'node:net';
import type { Intake } from '../events/intake';
import { Connection, type ConnectionEnd, type ConnectionLimits } from './connection';
import { type Address, closeServer, listen } from './listener';
import { NetworkList } from './network-list';

/** How the receiver is set up. */
export interface ReceiverOptions extends ConnectionLimits {
  readonly addresses: readonly Address[];
  readonly maxConnections: number;
  /** Networks that may send; empty for all. */
  readonly allowedNetworks: readonly string[];
}

/** Hears of connections, for the metrics. */
export interface ReceiverObserver {
  opened(): void;
  closed(end: ConnectionEnd): void;
  refused(reason: 'network' | 'too_many'): void;
}

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
      socket.destroy();
      return;
    }
    this.#observer.opened();
    const connection: Connection = new Connection(socket, this.#intake, this.#options, (end) => {
      this.#connections.delete(connection);
      this.#observer.closed(end);
    });
    this.#connections.add(connection);
  }

  #refusal(socket: Socket): 'network' | 'too_many' | null {
    if (!this.#networks.admits(socket.remoteAddress ?? '')) return 'network';
    return this.#connections.size >= this.#options.maxConnections ? 'too_many' : null;
  }
}
