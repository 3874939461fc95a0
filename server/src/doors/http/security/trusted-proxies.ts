// Takes from trusted proxies the address of the client, the host and the scheme that it used, and the name of the person who
// signed in to the proxy. Others could write anything into these headers.

import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { NetworkList } from '../../../access/network-list';

/** The settings of trusted proxies. */
export interface ProxySettings {
  readonly 'trusted-proxies': readonly string[];
  readonly 'user-header': string;
}

const maxNameChars = 128;

export class TrustedProxies {
  readonly #networks: NetworkList | null;
  readonly #userHeader: string;

  constructor({ 'trusted-proxies': networks, 'user-header': userHeader }: ProxySettings) {
    this.#networks = networks.length === 0 ? null : new NetworkList(networks);
    this.#userHeader = userHeader.toLowerCase();
  }

  /** True for the address of a trusted proxy. */
  trusts(address: string | undefined): boolean {
    return address !== undefined && this.#networks?.admits(address) === true;
  }

  /** Translates the header `Forwarded` (RFC 7239) of a trusted proxy that sends no `X-Forwarded-For`. */
  translate({ headers, socket }: IncomingMessage): void {
    const { forwarded } = headers;
    if (forwarded === undefined || headers['x-forwarded-for'] !== undefined) return;
    if (!this.trusts(socket.remoteAddress)) return;
    const { addresses, host, proto } = readForwarded(forwarded);
    if (addresses.length === 0) return;
    headers['x-forwarded-for'] = addresses.join(', ');
    if (host !== undefined) headers['x-forwarded-host'] = host;
    if (proto !== undefined) headers['x-forwarded-proto'] = proto;
  }

  /** The name of the person, from the setting's header of a trusted proxy; null without a valid one. */
  userOf({ headers, socket }: Pick<FastifyRequest, 'headers' | 'socket'>): string | null {
    if (this.#userHeader === '' || !this.trusts(socket.remoteAddress)) return null;
    const value = headers[this.#userHeader];
    if (typeof value !== 'string') return null;
    const name = Buffer.from(value, 'latin1').toString('utf8').trim();
    const isValid = name !== '' && name.length <= maxNameChars && !/[\p{C}\p{Z}\ufffd]/u.test(name);
    return isValid ? name : null;
  }
}

/** The clients and proxies of the header, first the client, and the last host and scheme. Pure. */
export function readForwarded(header: string): {
  readonly addresses: readonly string[];
  readonly host?: string;
  readonly proto?: string;
} {
  const addresses: string[] = [];
  const last: { host?: string; proto?: string } = {};
  // A quoted value can contain commas and semicolons.
  for (const element of header.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? []) {
    for (const pair of element.match(/(?:"(?:[^"\\]|\\.)*"|[^;"])+/g) ?? []) {
      const [, name = '', quoted, plain] =
        /^\s*([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))\s*$/.exec(pair) ?? [];
      const value = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
      const key = name.toLowerCase();
      if (key === 'for') addresses.push(addressOf(value));
      else if ((key === 'host' || key === 'proto') && value !== '') last[key] = value;
    }
  }
  return { addresses, ...last };
}

// `192.0.2.1:4711` and `[2001:db8::1]:4711` have a port; `unknown` and `_hidden` are names without an address.
function addressOf(node: string): string {
  const [, bracketed, plain = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:]*))(?::\w+)?$/.exec(node) ?? [];
  const address = bracketed ?? plain;
  return isIP(address) === 0 ? 'unknown' : address;
}
