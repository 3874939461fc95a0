// Detects whether a request comes directly from a program, or through a proxy. Independent of tokens.

import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../../../access/network-list';
import { hostName } from './host-check';

// Headers that proxies add to the requests that they forward.
const proxyHeader =
  /^(forwarded|via|x-forwarded(-.*)?|x-(original|real|client|cluster-client)-(ip|host|for|url)|true-client-ip|fastly-client-ip|cdn-loop|cf-.*|x-envoy-.*|l5d-.*)$/;

/** True for a request that a proxy has forwarded, as far as its headers show. */
export function isProxied(headers: IncomingHttpHeaders): boolean {
  for (const name in headers) if (proxyHeader.test(name)) return true;
  return false;
}

/**
 * True for a loopback connection that no proxy on this machine has forwarded, as far as its headers show. A proxy that
 * adds no header is usually detected by its host name, which is not a loopback name, or by HTTP/1.0.
 */
export function isDirectLoopback({
  ip,
  headers,
  raw,
}: Pick<FastifyRequest, 'ip' | 'headers' | 'raw'>): boolean {
  if (!isLoopback(ip) || raw.httpVersion === '1.0') return false;
  return !isProxied(headers) && isLoopback(hostName(headers.host));
}
