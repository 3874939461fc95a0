// Checks every request before it is routed: sets our headers on its answer, and refuses requests caused by pages of
// other sites.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RouteContext } from '../routes/context';
import { refuseForeignHost, refuseOddHosts } from './host-check';
import { refuseForeignOrigin } from './origin-check';

/** The headers of an answer that is not a page. */
export const safeHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
} as const;

const safeHeaderPairs = Object.entries(safeHeaders);

/** The checks of a request. They set the headers of its answer, and throw a `RequestError`. */
export function createFrontChecks({
  settings,
  keyring,
  hostNames,
}: Pick<RouteContext, 'settings' | 'keyring' | 'hostNames'>): (
  request: FastifyRequest,
  reply: FastifyReply,
) => void {
  // If everything needs a token, a page that rebinds its host name to this server gains nothing without one.
  const isNameChecked = (): boolean =>
    settings['allowed-hosts'].length > 0 || !keyring.needsToken('read') || !keyring.needsToken('write');
  return (request, reply) => {
    for (const [name, value] of safeHeaderPairs) reply.header(name, value);
    refuseOddHosts(request);
    if (isNameChecked()) refuseForeignHost(request, hostNames);
    if (request.routeOptions.config?.changesState) refuseForeignOrigin(request, settings['public-url']);
  };
}
