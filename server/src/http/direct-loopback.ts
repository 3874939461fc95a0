// Whether a request comes straight from a program on this machine. Knows no token.

import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../access/network-list';

// What proxies put on the requests that they pass on.
const proxyHeader =
  /^(forwarded|via|x-forwarded(-.*)?|x-(original|real|client|cluster-client)-(ip|host|for|url)|true-client-ip|cf-.*|x-envoy-.*|l5d-.*)$/;

/**
 * True for a connection from loopback that no proxy on this machine has passed on, as far as its headers tell. A proxy that
 * adds no header mostly gives itself away by the name of the host, which is not loopback, or by speaking HTTP/1.0.
 */
export function isDirectLoopback({
  ip,
  headers,
  raw,
}: Pick<FastifyRequest, 'ip' | 'headers' | 'raw'>): boolean {
  if (!isLoopback(ip) || raw.httpVersion === '1.0') return false;
  if (Object.keys(headers).some((name) => proxyHeader.test(name))) return false;
  return isLoopback(hostName(headers.host));
}

/** The name or address of a `Host` header, without port and brackets, in lower case; `''` when there is none. */
export function hostName(host: string | undefined): string {
  const [, address, name = ''] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/@\s]+))(?::\d{1,5})?$/.exec(host ?? '') ?? [];
  return (address ?? name).toLowerCase();
}
