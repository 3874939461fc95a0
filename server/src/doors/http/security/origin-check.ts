// Refuses requests that a page of another site makes a browser send. Programs send none of these headers, and pass.

import { preview } from '@anthracite/protocol';
import type { FastifyRequest } from 'fastify';
import { RequestError } from '../request/request-error';

/**
 * Throws `FOREIGN_ORIGIN` for a request caused by a page of another site. If the browser sends `Sec-Fetch-Site`, that
 * decides: pages cannot forge it, and proxies do not rewrite it. Otherwise `Origin` must name the host of the request,
 * as received here or as forwarded by a proxy, or the host of `publicUrl`.
 */
export function refuseForeignOrigin({ headers }: Pick<FastifyRequest, 'headers'>, publicUrl: string): void {
  const { origin, host = '', 'sec-fetch-site': site } = headers;
  if (site === undefined) {
    if (origin === undefined) return;
    if (publicUrl !== '' && origin === new URL(publicUrl).origin) return;
    // A page cannot send the second header here: its browser would send a preflight request first, which is refused.
    const called = [host, ...[headers['x-forwarded-host'] ?? []].flat().join().split(',')];
    if (called.some((one) => isSameHost(origin, one.trim()))) return;
  } else if (site === 'same-origin' || site === 'none') return;
  throw RequestError.of('FOREIGN_ORIGIN', {
    origin: preview(origin ?? `Sec-Fetch-Site: ${site}`),
    host: preview(host),
  });
}

// `null` and similar values are not URLs: a page that hides its origin counts as another site.
function isSameHost(origin: string, host: string): boolean {
  if (host === '' || !/^https?:/i.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  // Parsing it as a URL removes the default port, as in the origin.
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === originHost && new URL(own).pathname === '/';
}
