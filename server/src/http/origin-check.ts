// Refuses what a page of another site makes a browser send. Programs send none of these headers, and pass.

import { preview } from '@anthracite/protocol';
import type { FastifyRequest } from 'fastify';
import { RequestError } from './request-error';

/**
 * Throws `FOREIGN_ORIGIN` for a request that a foreign page caused. Where the browser says whether it did, in
 * `Sec-Fetch-Site`, its word counts: no page can forge it, and no proxy rewrites it. Elsewhere `Origin` must name the host
 * that the request came to, as it arrived here or as a proxy says that it was.
 */
export function refuseForeignOrigin({ headers }: Pick<FastifyRequest, 'headers'>): void {
  const { origin, host = '', 'sec-fetch-site': site } = headers;
  if (site === undefined) {
    if (origin === undefined) return;
    // A page cannot send the second header to here: its browser would ask first, and is refused.
    const called = [host, ...[headers['x-forwarded-host'] ?? []].flat().join().split(',')];
    if (called.some((one) => isSameHost(origin, one.trim()))) return;
  } else if (site === 'same-origin' || site === 'none') return;
  throw RequestError.of('FOREIGN_ORIGIN', {
    origin: preview(origin ?? `Sec-Fetch-Site: ${site}`),
    host: preview(host),
  });
}

// "null" and the like are no URL: a page that hides where it comes from is foreign.
function isSameHost(origin: string, host: string): boolean {
  if (host === '' || !/^https?:/i.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  // As a URL the host loses its default port, as the origin has.
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === originHost && new URL(own).pathname === '/';
}
