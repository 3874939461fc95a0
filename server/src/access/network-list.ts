// Checks whether an IP address is in a list of networks. Independent of sockets.

import { BlockList, isIP } from 'node:net';

export class NetworkList {
  readonly #list = new BlockList();
  readonly #isEmpty: boolean;

  /**
   * `networks` are addresses or CIDR ranges (`10.0.0.0/8`, `fd00::/8`) that `isNetwork` accepts. An empty list admits
   * all addresses.
   */
  constructor(networks: readonly string[]) {
    this.#isEmpty = networks.length === 0;
    for (const network of networks) {
      const [address = '', bits] = network.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, Number(bits), family);
    }
  }

  /** True when the list admits the address. An IPv4 address mapped into IPv6 counts as IPv4. */
  admits(address: string): boolean {
    if (this.#isEmpty) return true;
    const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
    const family = isIP(plain);
    return family !== 0 && this.#list.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  }
}

/** True for an IP address or a CIDR range. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
}

const loopback = new NetworkList(['127.0.0.0/8', '::1']);

/** True for a loopback address, or the name `localhost`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || loopback.admits(host);
}
