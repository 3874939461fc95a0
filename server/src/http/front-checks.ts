// What every request goes through first, wherever it leads: our headers on its answer, and whether a foreign page sent it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuseForeignHost, refuseOddHosts } from './host-check';
import { refuseForeignOrigin } from './origin-check';
import type { RouteContext } from './routes/context';

/** The headers of an answer that is no page. */
export const safeHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
} as const;

/** The checks of a request, which set the headers of its answer and throw a `RequestError`. */
export function createFrontChecks({
  settings,
  keyring,
  hostNames,
}: Pick<RouteContext, 'settings' | 'keyring' | 'hostNames'>): (
  request: FastifyRequest,
  reply: FastifyReply,
) => void {
  // Where all that matters needs a token, a page that makes its name lead here has none.
  const isNameChecked = (): boolean =>
    settings['allowed-hosts'].length > 0 || !keyring.needsToken('read') || !keyring.needsToken('write');
  return (request, reply) => {
    for (const [name, value] of Object.entries(safeHeaders)) reply.header(name, value);
    refuseOddHosts(request);
    if (isNameChecked()) refuseForeignHost(request, hostNames);
    if (request.routeOptions.config?.changesState) refuseForeignOrigin(request);
  };
}
