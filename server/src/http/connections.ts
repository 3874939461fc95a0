// The open HTTP connections. When there are too many, a newcomer gets the place of one that waits for its next request.
// Knows sockets and no route.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { peerNetwork } from '../access/peer-network';

/** Hears of connections, for the metrics. */
export interface ConnectionObserver {
  httpOpened(): void;
  httpClosed(): void;
  /** A connection without a request was closed for a newcomer. */
  httpEvicted(): void;
  /** A newcomer was closed, because every connection had a request under way. */
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
  readonly #open = new Map<Socket, Connection>();
  /** Those without a request, by network; the one that has waited longest first. */
  readonly #waiting = new Map<string, Set<Connection>>();

  constructor(max: number, observer: ConnectionObserver) {
    this.#max = max;
    this.#observer = observer;
  }

  /** Counts the connections of a server; of several servers all together. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#add(socket));
    server.on('request', ({ socket }, response) => {
      const connection = this.#open.get(socket);
      if (connection === undefined) return;
      connection.requests++;
      this.#stopWaiting(connection);
      response.once('close', () => {
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
    this.#open.set(socket, connection);
    this.#wait(connection);
    this.#observer.httpOpened();
    socket.once('close', () => this.#remove(connection));
  }

  #remove(connection: Connection): void {
    if (!this.#open.delete(connection.socket)) return;
    this.#stopWaiting(connection);
    this.#observer.httpClosed();
  }

  // Of the network that has the most of them, so that whoever floods the server closes connections of their own.
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
