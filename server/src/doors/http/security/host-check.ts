// Refuses host names that do not belong to the server: any page can make its own host name resolve to this address.

import { isIP } from 'node:net';
import { preview } from '@anthracite/protocol';
import type { FastifyRequest } from 'fastify';
import { RequestError } from '../request/request-error';

/**
 * Throws `FOREIGN_HOST` for a `Host` that is not among `allowed`, names in lower case. IP addresses and `localhost`
 * always pass, because they cannot be rebound. A request without a `Host` passes too, because no browser sends one.
 */
export function refuseForeignHost(
  { headers }: Pick<FastifyRequest, 'headers'>,
  allowed: ReadonlySet<string>,
): void {
  if (headers.host === undefined) return;
  const name = hostName(headers.host);
  if (isIP(name) !== 0 || name === 'localhost' || allowed.has(name)) return;
  throw RequestError.of('FOREIGN_HOST', { value: preview(headers.host) });
}

/**
 * Throws `NOT_ONE_HOST` for a request with two `Host` headers, or without one in HTTP/1.1: a proxy may have used a
 * different one.
 */
export function refuseOddHosts({ raw }: Pick<FastifyRequest, 'raw'>): void {
  let hosts = 0;
  const { rawHeaders, httpVersion } = raw;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0')) {
    throw RequestError.of('NOT_ONE_HOST', { value: hosts });
  }
}

/** The name or address of a `Host` header, without port, brackets and trailing dot, in lower case; `''` when it is missing. */
export function hostName(host: string | undefined): string {
  const [, address, name = ''] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/@\s]+?)\.?)(?::\d{1,5})?$/.exec(host ?? '') ?? [];
  return (address ?? name).toLowerCase();
}
