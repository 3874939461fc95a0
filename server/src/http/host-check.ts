// Refuses names of the server that nobody gave it: a page can make its own name lead to any address.

import { isIP } from 'node:net';
import { preview } from '@anthracite/protocol';
import type { FastifyRequest } from 'fastify';
import { hostName } from './direct-loopback';
import { RequestError } from './request-error';

/**
 * Throws `FOREIGN_HOST` for a `Host` that is not among `allowed`, names in lower case; an empty list allows all. Addresses
 * and `localhost` always pass: no name was made to lead to them.
 */
export function refuseForeignHost(
  { headers }: Pick<FastifyRequest, 'headers'>,
  allowed: readonly string[],
): void {
  if (allowed.length === 0) return;
  const name = hostName(headers.host);
  if (isIP(name) !== 0 || name === 'localhost' || allowed.includes(name)) return;
  throw RequestError.of('FOREIGN_HOST', { value: preview(headers.host ?? '') });
}
