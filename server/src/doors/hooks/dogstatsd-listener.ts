// Listens for the datagrams of DogStatsD's clients. A datagram has no answer and no token, and may be lost on the way.

import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { formatAddress, preview, problem } from '@anthracite/protocol';
import { isLoopback, NetworkList } from '../../access/network-list';
import type { Intake } from '../../events/intake';
import { readDatagram } from '../../hooks/dogstatsd';
import type { Metrics } from '../../metrics';
import { type Address, ListenError } from '../tcp/listener';

/** The options of the listener. */
export interface DogstatsdOptions {
  readonly addresses: readonly Address[];
  /** Networks that may send; empty for all, or for this machine only when writing needs a token. */
  readonly allowedNetworks: readonly string[];
  readonly needsToken: () => boolean;
  readonly intake: Intake;
  readonly metrics: Pick<Metrics, 'datagramTaken'>;
  readonly clock: () => number;
}

const door = 'dogstatsd';
const maxKeptBytes = 200;
const maxFaults = 10;
const receiveBufferBytes = 4 * 1_048_576;

export class DogstatsdListener {
  readonly #options: DogstatsdOptions;
  readonly #networks: NetworkList;
  #sockets: Socket[] = [];

  constructor(options: DogstatsdOptions) {
    this.#options = options;
    this.#networks = new NetworkList(options.allowedNetworks);
  }

  /** Listens on all addresses, and returns them with their actual ports. Rejects with a `ListenError`. */
  async listen(): Promise<Address[]> {
    const bound: Address[] = [];
    for (const address of this.#options.addresses) bound.push(await this.#bind(address));
    return bound;
  }

  /** Stops listening. */
  close(): void {
    for (const socket of this.#sockets) socket.close();
    this.#sockets = [];
  }

  #bind({ host, port }: Address): Promise<Address> {
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', recvBufferSize: receiveBufferBytes });
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        const address = formatAddress({ host, port });
        reject(new ListenError(`cannot listen on ${address} for datagrams: ${preview(error.message)}`));
      });
      socket.bind({ address: host, port }, () => {
        socket.removeAllListeners('error').on('error', () => {});
        socket.on('message', (bytes, { address, port: sender }) => this.#take(bytes, address, sender));
        this.#sockets.push(socket);
        resolve({ host, port: socket.address().port });
      });
    });
  }

  #take(bytes: Buffer, address: string, port: number): void {
    const { intake, metrics, clock, needsToken, allowedNetworks } = this.#options;
    const isAllowed =
      allowedNetworks.length === 0
        ? !needsToken() || isLoopback(plain(address))
        : this.#networks.admits(address);
    // No sender waits for an answer, so what cannot be stored is lost.
    if (!isAllowed || intake.isOverfull) {
      metrics.datagramTaken(isAllowed ? 'lost' : 'refused', 1);
      return;
    }
    const now = clock();
    const { events, passedOver, faults } = readDatagram(bytes, now);
    if (passedOver > 0) metrics.datagramTaken('passed_over', passedOver);
    if (faults.length > 0) metrics.datagramTaken('problem', faults.length);
    if (events.length + faults.length === 0) return;
    const origin = { door, peer: `${address}:${port}` };
    const submitted = intake.submit(door, (batch) => {
      for (const event of events) batch.addEvent(event);
      for (const why of faults.slice(0, maxFaults)) {
        batch.addReject(bytes.subarray(0, maxKeptBytes), problem('BAD_DATAGRAM', { why }), origin, now);
      }
    });
    submitted.then(
      ({ stored, duplicate }) => {
        if (stored > 0) metrics.datagramTaken('stored', stored);
        if (duplicate > 0) metrics.datagramTaken('duplicate', duplicate);
      },
      () => metrics.datagramTaken('lost', events.length), // the intake has logged the reason
    );
  }
}

const plain = (address: string): string => address.replace(/^::ffff:/i, '');
