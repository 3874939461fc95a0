// Tracks the open HTTP connections. When there are too many, a new connection replaces one that is idle. Independent of
// routes.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { peerNetwork } from '../../../access/peer-network';
import { socketPair } from '../../../access/socket-pair';

/** Observes connections, for the metrics. */
export interface ConnectionObserver {
  httpOpened(): void;
  httpClosed(): void;
  /** An idle connection was closed to make room for a new one. */
  httpEvicted(): void;
  /** A new connection was closed, because every connection had an open request. */
  httpRefused(): void;
}

interface Connection {
  readonly socket: Socket;
  readonly network: string;
  requests: number;
}

export class Connections {
  readonly #max: number;
  readonly #observer: ConnectionObserver;
  readonly #open = new Set<Connection>();
  /** Over TLS, requests have another socket than the accepted socket, with the same addresses. */
  readonly #byPeer = new Map<string, Connection>();
  readonly #bySocket = new WeakMap<Socket, Connection>();
  /** Idle connections by network, longest idle first. */
  readonly #waiting = new Map<string, Set<Connection>>();

  constructor(max: number, observer: ConnectionObserver) {
    this.#max = max;
    this.#observer = observer;
  }

  /** Counts the connections of a server; several servers are counted together. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#add(socket));
    server.on('secureConnection', (socket: Socket) => {
      const connection = this.#byPeer.get(socketPair(socket));
      if (connection !== undefined) this.#bySocket.set(socket, connection);
    });
    server.on('request', ({ socket }, response) => {
      const connection = this.#bySocket.get(socket);
      if (connection === undefined) return;
      connection.requests++;
      this.#stopWaiting(connection);
      response.on('close', () => {
        connection.requests--;
        if (connection.requests === 0 && !socket.destroyed) this.#wait(connection);
      });
    });
  }

  #add(socket: Socket): void {
    if (this.#open.size >= this.#max && !this.#evict()) {
      this.#observer.httpRefused();
      socket.destroy();
      return;
    }
    const connection: Connection = { socket, network: peerNetwork(socket.remoteAddress), requests: 0 };
    const peer = socketPair(socket);
    this.#open.add(connection);
    this.#byPeer.set(peer, connection);
    this.#bySocket.set(socket, connection);
    this.#wait(connection);
    this.#observer.httpOpened();
    socket.once('close', () => {
      if (this.#byPeer.get(peer) === connection) this.#byPeer.delete(peer);
      this.#remove(connection);
    });
  }

  #remove(connection: Connection): void {
    if (!this.#open.delete(connection)) return;
    this.#stopWaiting(connection);
    this.#observer.httpClosed();
  }

  // Takes from the network with the most idle connections, so that a client that floods the server closes its own
  // connections.
  #evict(): boolean {
    let most: Set<Connection> | undefined;
    for (const waiting of this.#waiting.values()) if (waiting.size > (most?.size ?? 0)) most = waiting;
    const [oldest] = most ?? [];
    if (oldest === undefined) return false;
    this.#observer.httpEvicted();
    this.#remove(oldest);
    oldest.socket.destroy();
    return true;
  }

  #wait(connection: Connection): void {
    const waiting = this.#waiting.get(connection.network) ?? new Set();
    this.#waiting.set(connection.network, waiting.add(connection));
  }

  #stopWaiting(connection: Connection): void {
    const waiting = this.#waiting.get(connection.network);
    waiting?.delete(connection);
    if (waiting?.size === 0) this.#waiting.delete(connection.network);
  }
}
