// Answers with a page: what every page is given, and the headers that keep it safe.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Keyring } from '../access/keyring';
import { mayDo, type Need } from '../access/role';
import type { Assets } from '../web/assets';
import type { Frame } from '../web/layout';
import { sendCompressed } from './compression';
import { cookieNames, cookieOf } from './cookies';
import { isProxied } from './direct-loopback';
import { rememberAsking } from './signing-in';
import { viewerZone } from './viewer-zone';

declare module 'fastify' {
  interface FastifyInstance {
    /** Origins of the sites that may show embedded pages in a frame. */
    embedOrigins: readonly string[];
  }
}

/** What pages may load: our own scripts, styles and pictures, and nothing that stands in their text. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
].join('; ');

/** Where the pages are that stand in frames of other sites, and the pages that their links lead to. */
export const embedded = { '/embed/events': '/events/', '/embed/timeline': '/timeline' } as const;

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
    keyring.needsToken(need)
      ? request.token !== null && mayDo(request.token.roles, need)
      : !(keyring.refusesProxied(need) && isProxied(request.headers));
  const whole = embedded[pathOf(request) as keyof typeof embedded];
  return {
    assets,
    viewer: {
      name: request.token?.name ?? null,
      mayRead: may('read'),
      mayWrite: may('write'),
      mayEdit: may('edit'),
      maySignIn: !keyring.isUnused && request.token === null,
      isSignedIn: request.token !== null && cookieOf(request.headers, cookieNames.token) !== null,
      zone: viewerZone(request.headers, zone),
    },
    now: clock(),
    self: whole === undefined ? request.url : request.url.replace(pathOf(request), whole),
    isEmbedded: whole !== undefined,
  };
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? '';
}

/** Sends a page, as `web/` wrote it. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, page: string): Promise<FastifyReply> {
  if (!reply.hasHeader('Set-Cookie')) rememberAsking(request, reply, false);
  const ancestors = pathOf(request) in embedded ? request.server.embedOrigins : [];
  reply.header(
    'Content-Security-Policy',
    `${contentSecurityPolicy}; frame-ancestors ${ancestors.join(' ') || "'none'"}`,
  );
  reply.header('Referrer-Policy', 'same-origin');
  return sendCompressed(request, reply.type('text/html; charset=utf-8'), Buffer.from(page));
}
