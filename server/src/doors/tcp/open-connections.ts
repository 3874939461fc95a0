// Tracks the open connections of senders by network: when all are taken, a network that holds more than others gives
// one up. Independent of sockets.

import type { Connection } from './connection';

// Enough to find a silent one, few enough to check for every new connection.
const maxLookedAt = 50;

export class OpenConnections {
  readonly #byNetwork = new Map<string, Set<Connection>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** All of them. */
  *[Symbol.iterator](): Iterator<Connection> {
    for (const connections of this.#byNetwork.values()) yield* connections;
  }

  add(network: string, connection: Connection): void {
    const connections = this.#byNetwork.get(network) ?? new Set();
    this.#byNetwork.set(network, connections.add(connection));
    this.#size++;
  }

  /** May be called twice. */
  delete(network: string, connection: Connection): void {
    const connections = this.#byNetwork.get(network);
    if (connections?.delete(connection) !== true) return;
    this.#size--;
    if (connections.size === 0) this.#byNetwork.delete(network);
  }

  /**
   * The connection that must give way to a new one from a network: the longest silent of the oldest connections of the
   * network with the most. Undefined when no network would have more than the new connection's
   * own.
   */
  longestSilentFor(network: string): Connection | undefined {
    let most: Set<Connection> | undefined;
    for (const connections of this.#byNetwork.values()) {
      if (connections.size > (most?.size ?? 0)) most = connections;
    }
    const own = this.#byNetwork.get(network)?.size ?? 0;
    if (most === undefined || most.size <= own + 1) return undefined;
    let found: Connection | undefined;
    let lookedAt = 0;
    for (const connection of most) {
      if (++lookedAt > maxLookedAt) break;
      if (found === undefined || connection.silentSince < found.silentSince) found = connection;
    }
    return found;
  }
}
