// Decides to which addresses events may be sent: public ones, and those of the setting `send-allow`. A name is resolved
// here, and the connection is made to an address that was checked.

import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { NetworkList } from '../../access/network-list';

/** Resolves a name to all its addresses. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** An address to which nothing may be sent. */
export class AddressRefused extends Error {}

// An IPv4 address that is mapped into IPv6 counts as IPv4.
const privateNetworks = new NetworkList([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4'],
  ...['::/96', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8'],
  // Networks whose addresses contain an IPv4 address.
  ...['64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', '2001::/32'],
]);

export class AllowedAddresses {
  readonly #allowed: NetworkList | null;
  readonly #resolve: Resolve;

  /** `networks` are private networks that are allowed. */
  constructor(
    networks: readonly string[],
    resolve: Resolve = (host) => lookup(host, { all: true, verbatim: true }),
  ) {
    this.#allowed = networks.length === 0 ? null : new NetworkList(networks);
    this.#resolve = resolve;
  }

  /** Throws an `AddressRefused` for an address to which nothing may be sent. `host` may be a name: then nothing is checked. */
  checkLiteral(host: string): void {
    const address = host.replace(/^\[|\]$/g, '');
    if (isIP(address) !== 0 && !this.#isAllowed(address)) throw refusal(address);
  }

  /** The allowed addresses of a name. Rejects with an `AddressRefused` if it has none. */
  async addressesOf(host: string): Promise<readonly LookupAddress[]> {
    const found = await this.#resolve(host);
    const allowed = found.filter(({ address }) => this.#isAllowed(address));
    if (allowed.length === 0) throw refusal(found[0]?.address ?? host);
    return allowed;
  }

  /** For sockets: resolves a name to allowed addresses only. */
  readonly lookup: LookupFunction = (host, options, callback) => {
    this.addressesOf(host).then(
      (addresses) => {
        const fitting = addresses.filter(({ family }) => !options.family || options.family === family);
        const [first] = fitting;
        if (first === undefined) callback(new Error(`${host} has no address of this family`), '', 0);
        else if (options.all === true) callback(null, [...fitting]);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, '', 0),
    );
  };

  #isAllowed(given: string): boolean {
    // The network interface of a link-local address.
    const [address = ''] = given.split('%', 1);
    return !privateNetworks.admits(address) || (this.#allowed?.admits(address) ?? false);
  }
}

function refusal(address: string): AddressRefused {
  return new AddressRefused(
    `its address ${address} is private; to send there, add its network to the setting send-allow`,
  );
}
