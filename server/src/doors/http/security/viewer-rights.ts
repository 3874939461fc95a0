// What the viewer of a page may do.

import type { FastifyRequest } from 'fastify';
import type { Keyring } from '../../../access/keyring';
import { mayDo, type Need } from '../../../access/role';
import { isProxied } from './direct-loopback';

/** Whether the viewer of a page may do something, by a token or because it needs none. */
export function mayOnPage(request: FastifyRequest, keyring: Keyring, need: Need): boolean {
  return (
    mayDo(request.granted ?? [], need) ||
    (!keyring.needsToken(need) && !(keyring.refusesProxied(need) && isProxied(request.headers)))
  );
}
