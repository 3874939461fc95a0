// Refuses what a page of another site makes a browser send. Programs send neither header, and pass.

import { preview } from '@anthracite/protocol';
import type { FastifyRequest } from 'fastify';
import { RequestError } from './request-error';

/** Throws `FOREIGN_ORIGIN` for a request that a foreign page caused. */
export function refuseForeignOrigin({ headers }: Pick<FastifyRequest, 'headers'>): void {
  if (headers['sec-fetch-site'] === 'cross-site')
    throw RequestError.of('FOREIGN_ORIGIN', { value: 'Sec-Fetch-Site: cross-site' });
  const { origin, host } = headers;
  if (origin === undefined) return;
  let originHost: string | undefined;
  try {
    originHost = new URL(origin).host;
  } catch {
    // "null" and the like: a page that hides where it comes from is foreign.
  }
  if (originHost === undefined || originHost !== host)
    throw RequestError.of('FOREIGN_ORIGIN', { value: preview(origin) });
}
