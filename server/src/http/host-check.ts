// Refuses names of the server that nobody gave it: a page can make its own name lead to any address.

import { isIP } from 'node:net';
import { preview } from '@anthracite/protocol';
import type { FastifyRequest } from 'fastify';
import { RequestError } from './request-error';

/**
 * Throws `FOREIGN_HOST` for a `Host` that is not among `allowed`, names in lower case. IP addresses and `localhost` always
 * pass: no name was made to lead to them. So does a request without one, which no browser sends.
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
 * Throws `NOT_ONE_HOST` for a request with two `Host` headers, or with none where HTTP/1.1 asks for one: a proxy between may have
 * gone by another.
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

/** The name or address of a `Host` header, without port, brackets and last dot, in lower case; `''` when there is none. */
export function hostName(host: string | undefined): string {
  const [, address, name = ''] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/@\s]+?)\.?)(?::\d{1,5})?$/.exec(host ?? '') ?? [];
  return (address ?? name).toLowerCase();
}
