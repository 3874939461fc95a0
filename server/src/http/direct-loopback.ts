// Whether a request comes straight from a program, or a proxy has passed it on. Knows no token.

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../access/network-list';
import { hostName } from './host-check';

// What proxies put on the requests that they pass on.
const proxyHeader =
  /^(forwarded|via|x-forwarded(-.*)?|x-(original|real|client|cluster-client)-(ip|host|for|url)|true-client-ip|fastly-client-ip|cdn-loop|cf-.*|x-envoy-.*|l5d-.*)$/;

/** True for a request that a proxy has passed on, as far as its headers tell. */
export function isProxied(headers: IncomingHttpHeaders): boolean {
  for (const name in headers) if (proxyHeader.test(name)) return true;
  return false;
}

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
  return !isProxied(headers) && isLoopback(hostName(headers.host));
}
