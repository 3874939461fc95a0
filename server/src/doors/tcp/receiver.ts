// Listens for lines on one or more addresses. Handles sockets; independent of the content of lines.

import { createServer, type Server, type Socket } from 'node:net';
import { isLoopback, NetworkList } from '../../access/network-list';
import { peerNetwork } from '../../access/peer-network';
import type { Intake } from '../../events/intake';
import { Connection, type ConnectionLimits } from './connection';
import type { ConnectionEnd } from './line-answer';
import { type Address, closeServer, listen } from './listener';
import { OpenConnections } from './open-connections';
import { readSender } from './proxied-sender';
import type { Sender } from './proxy-header';

/** The options of the receiver. */
export interface ReceiverOptions extends ConnectionLimits {
  readonly addresses: readonly Address[];
  readonly maxConnections: number;
  /** Networks that may send; empty for all, or for this machine only when writing needs a token. */
  readonly allowedNetworks: readonly string[];
  /** Networks of proxies, whose connections start with a PROXY protocol header; empty for none. */
  readonly proxyNetworks: readonly string[];
  /** Whether writing needs a token, which lines cannot contain. */
  readonly needsToken: () => boolean;
}

/** Why a connection was refused. */
export type Refusal = 'network' | 'token' | 'too_many' | 'proxy_header';

/** Observes connections, for the metrics. */
export interface ReceiverObserver {
  opened(): void;
  closed(end: ConnectionEnd): void;
  refused(reason: Refusal): void;
}

const nothingTaken = 'failed stored=0 duplicate=0 rejected=0\nclosed: ';
const tokenRefusal =
  'writing needs a token, which lines cannot contain; send events over HTTP, or have your network added to tcp-allow';

export class Receiver {
  readonly #intake: Intake;
  readonly #options: ReceiverOptions;
  readonly #observer: ReceiverObserver;
  readonly #networks: NetworkList;
  readonly #proxies: NetworkList;
  readonly #connections = new OpenConnections();
  /** Sockets of proxies whose header has not arrived yet. */
  readonly #arriving = new Set<Socket>();
  #servers: Server[] = [];

  constructor(intake: Intake, options: ReceiverOptions, observer: ReceiverObserver) {
    this.#intake = intake;
    this.#options = options;
    this.#observer = observer;
    this.#networks = new NetworkList(options.allowedNetworks);
    this.#proxies = new NetworkList(options.proxyNetworks);
  }

  /** Starts to listen on all addresses and returns them with their actual ports. Rejects with a `ListenError`. */
  async listen(): Promise<Address[]> {
    const bound: Address[] = [];
    for (const address of this.#options.addresses) {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
      this.#servers.push(server);
      bound.push(await listen(server, address, 'tcp'));
    }
    return bound;
  }

  /** Stops listening, commits the lines received so far, answers, and closes the connections. */
  async close(): Promise<void> {
    const closed = this.#servers.map(closeServer);
    for (const socket of this.#arriving) socket.destroy();
    await Promise.all([...this.#connections].map((connection) => connection.stop()));
    await Promise.all(closed);
  }

  /** Closes the connections of peers that do not read their answer. */
  cut(): void {
    for (const connection of this.#connections) connection.cut();
  }

  #accept(socket: Socket): void {
    const { proxyNetworks, lineMs } = this.#options;
    const peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    const isProxy = proxyNetworks.length > 0 && this.#proxies.admits(peer.address);
    if (this.#isFull && (isProxy || !this.#makeRoom(peer.address))) this.#refuse(socket, 'too_many');
    else if (isProxy) {
      this.#arriving.add(socket);
      void readSender(socket, lineMs).then((result) => {
        this.#arriving.delete(socket);
        if (result !== null && 'why' in result) this.#refuse(socket, 'proxy_header', result.why);
        else this.#admit(socket, result ?? peer);
      });
    } else this.#admit(socket, peer);
  }

  get #isFull(): boolean {
    return this.#connections.size + this.#arriving.size >= this.#options.maxConnections;
  }

  // Prevents a network from shutting out others with its connections alone.
  #makeRoom(address: string): boolean {
    const silent = this.#connections.longestSilentFor(peerNetwork(address));
    silent?.giveWay();
    return silent !== undefined;
  }

  // The next bytes are the sender's lines.
  #admit(socket: Socket, { address, port }: Sender): void {
    const { allowedNetworks, needsToken } = this.#options;
    if (!this.#networks.admits(address)) {
      this.#refuse(socket, 'network');
      return;
    }
    if (allowedNetworks.length === 0 && needsToken() && !isLoopback(address)) {
      // A sender that could send until the first token was created gets the reason.
      this.#refuse(socket, 'token', tokenRefusal);
      return;
    }
    this.#observer.opened();
    const peer = `${address || 'unknown'}:${port}`;
    const network = peerNetwork(address);
    const connection: Connection = new Connection(socket, peer, this.#intake, this.#options, (end) => {
      this.#connections.delete(network, connection);
      this.#observer.closed(end);
    });
    this.#connections.add(network, connection);
    socket.resume();
  }

  // Closes without an answer unless a reason is given.
  #refuse(socket: Socket, reason: Refusal, why = ''): void {
    this.#observer.refused(reason);
    socket.on('error', () => {});
    if (why === '') socket.destroy();
    else socket.end(`${nothingTaken}${why}\n`, () => socket.destroy());
  }
}
