// Answers with a page: what every page is given, and the headers that keep it safe.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Keyring } from '../access/keyring';
import { mayDo, type Need } from '../access/role';
import type { Assets } from '../web/assets';
import type { Frame } from '../web/layout';
import { sendCompressed } from './compression';

/** What pages may load: our own scripts, styles and pictures, and nothing that stands in their text. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What is needed to make the frame of a page. */
export interface PageContext {
  readonly assets: Assets;
  readonly keyring: Keyring;
  readonly zone: string;
  readonly clock: () => number;
}

/** What a page is told of its request. */
export function frameOf(request: FastifyRequest, { assets, keyring, zone, clock }: PageContext): Frame {
  const may = (need: Need): boolean =>
    !keyring.needsToken(need) || (request.token !== null && mayDo(request.token.roles, need));
  return {
    assets,
    viewer: { name: request.token?.name ?? null, mayWrite: may('write'), mayEdit: may('edit'), zone },
    now: clock(),
    self: request.url,
    isEmbedded: false,
  };
}

/** Sends a page, as `web/` wrote it. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, page: string): Promise<FastifyReply> {
  reply.header('Content-Security-Policy', contentSecurityPolicy);
  reply.header('Referrer-Policy', 'same-origin');
  return sendCompressed(request, reply.type('text/html; charset=utf-8'), Buffer.from(page));
}
