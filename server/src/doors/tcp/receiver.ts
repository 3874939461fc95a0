// Listens for lines on one or more addresses. Handles sockets; independent of the content of lines.

import { createServer, type Server, type Socket } from 'node:net';
import { isLoopback, NetworkList } from '../../access/network-list';
import { peerNetwork } from '../../access/peer-network';
import type { Intake } from '../../events/intake';
import { Connection, type ConnectionLimits } from './connection';
import type { ConnectionEnd } from './line-answer';
import { type Address, type BoundSocket, closeServer, listen, type PassedSockets } from './listener';
import { OpenConnections } from './open-connections';
import { readSender } from './proxied-sender';
import type { Sender } from './proxy-header';
import { type LineTls, TlsGate } from './tls-gate';

/** The options of the receiver. */
export interface ReceiverOptions extends ConnectionLimits {
  readonly addresses: readonly Address[];
  readonly tlsAddresses: readonly Address[];
  /** Null if no address uses TLS. */
  readonly tls: LineTls | null;
  readonly maxConnections: number;
  /** Networks that may send; empty for all, or for this machine only when writing needs a token. */
  readonly allowedNetworks: readonly string[];
  /** Networks of proxies, whose connections start with a PROXY protocol header; empty for none. */
  readonly proxyNetworks: readonly string[];
  /** Whether writing needs a token, which lines cannot contain. */
  readonly needsToken: () => boolean;
}

/** Why a connection was refused. */
export type Refusal = 'network' | 'token' | 'too_many' | 'proxy_header' | 'tls';

/** Observes connections, for the metrics. */
export interface ReceiverObserver {
  opened(): void;
  closed(end: ConnectionEnd): void;
  refused(reason: Refusal): void;
}

// Time for the header of a proxy, or for a TLS handshake, while the server is stopping.
const arrivalMs = 100;
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
  /** Sockets whose header of a proxy, or whose TLS handshake, has not arrived yet. */
  readonly #arriving = new Map<Socket, Promise<void>>();
  #servers: Server[] = [];

  constructor(intake: Intake, options: ReceiverOptions, observer: ReceiverObserver) {
    this.#intake = intake;
    this.#options = options;
    this.#observer = observer;
    this.#networks = new NetworkList(options.allowedNetworks);
    this.#proxies = new NetworkList(options.proxyNetworks);
  }

  /**
   * Starts to listen on all addresses, or on passed sockets instead, and returns them with their actual ports. Rejects
   * with a `ListenError`.
   */
  async listen(
    passed: PassedSockets = {},
  ): Promise<{ readonly tcp: readonly Address[]; readonly tcpTls: readonly Address[] }> {
    const { addresses, tlsAddresses, tls, lineMs } = this.#options;
    const gate = tls && new TlsGate(tls, lineMs);
    return {
      tcp: await this.#listenOn(passed.tcp ?? addresses, 'tcp', null),
      tcpTls: gate === null ? [] : await this.#listenOn(passed['tcp-tls'] ?? tlsAddresses, 'tcp-tls', gate),
    };
  }

  async #listenOn(
    addresses: readonly (Address | BoundSocket)[],
    setting: string,
    gate: TlsGate | null,
  ): Promise<readonly Address[]> {
    const bound: Address[] = [];
    for (const address of addresses) {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
        this.#accept(socket, gate),
      );
      this.#servers.push(server);
      bound.push(await listen(server, address, setting));
    }
    return bound;
  }

  /**
   * Stops listening, reads what senders are sending for at most `maxMs` milliseconds, commits it, answers, and closes the
   * connections.
   */
  async close(maxMs: number): Promise<void> {
    const closed = this.#servers.map(closeServer);
    const stopAll = () => [...this.#connections].map((connection) => connection.stop(maxMs));
    const stopped = stopAll();
    const late = setTimeout(
      () => {
        for (const socket of this.#arriving.keys()) socket.destroy();
      },
      Math.min(maxMs, arrivalMs),
    );
    await Promise.all(this.#arriving.values());
    clearTimeout(late);
    await Promise.all([...stopped, ...stopAll(), ...closed]);
  }

  /** Closes the connections of peers that do not read their answer. */
  cut(): void {
    for (const connection of this.#connections) connection.cut();
  }

  #accept(socket: Socket, gate: TlsGate | null): void {
    const peer = { address: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    const isProxy = this.#options.proxyNetworks.length > 0 && this.#proxies.admits(peer.address);
    if (this.#isFull && (isProxy || !this.#makeRoom(peer.address))) this.#refuse(socket, 'too_many');
    else if (isProxy || gate !== null) this.#arriving.set(socket, this.#await(socket, peer, isProxy, gate));
    else this.#admit(socket, peer, false);
  }

  // Waits for the header of a proxy and for the TLS handshake, in this order.
  async #await(socket: Socket, peer: Sender, isProxy: boolean, gate: TlsGate | null): Promise<void> {
    const { lineMs, tls } = this.#options;
    const result = isProxy ? await readSender(socket, lineMs) : null;
    if (result !== null && 'why' in result) {
      this.#arriving.delete(socket);
      this.#refuse(socket, 'proxy_header', result.why);
      return;
    }
    const secure = gate === null ? socket : await gate.take(socket);
    this.#arriving.delete(socket);
    if (secure === null) this.#observer.refused('tls');
    else this.#admit(secure, result ?? peer, gate !== null && tls?.needsClientCertificate === true);
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
  #admit(socket: Socket, { address, port }: Sender, hasCertificate: boolean): void {
    const { allowedNetworks, needsToken } = this.#options;
    if (!this.#networks.admits(address)) {
      this.#refuse(socket, 'network');
      return;
    }
    if (!hasCertificate && allowedNetworks.length === 0 && needsToken() && !isLoopback(address)) {
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
