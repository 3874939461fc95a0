// Answers with an HTML page: its common data, and the headers that protect it.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Keyring } from '../../../access/keyring';
import type { Need } from '../../../access/role';
import type { Assets } from '../../../web/assets';
import type { Frame } from '../../../web/layout';
import { shareAddress } from '../request/share-address';
import { linkedZone, viewerZone } from '../request/viewer-zone';
import { cookieNames, cookieOf } from '../security/cookies';
import { rememberAsking } from '../security/signing-in';
import { mayOnPage } from '../security/viewer-rights';
import type { RequestAttention } from './attention';
import { sendCompressed } from './compression';

declare module 'fastify' {
  interface FastifyInstance {
    /** Origins of the sites that may embed pages in a frame. */
    embedOrigins: readonly string[];
  }
  interface FastifyRequest {
    /** What needs attention, for the navigation of a page; null for other requests. */
    attention: RequestAttention | null;
  }
}

/** What pages may load: their own scripts, styles and images, and nothing inline. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
].join('; ');

/** Pages that other sites may embed, and the full pages that they link to. */
export const embedded = { '/embed/events': '/events/', '/embed/timeline': '/timeline' } as const;

/** The context that the frame of a page needs. */
export interface PageContext {
  readonly assets: Assets;
  readonly keyring: Keyring;
  readonly zone: string;
  readonly clock: () => number;
}

/** The data of a page's frame, from its request. */
export function frameOf(request: FastifyRequest, { assets, keyring, zone, clock }: PageContext): Frame {
  const may = (need: Need): boolean => mayOnPage(request, keyring, need);
  const whole = embedded[pathOf(request) as keyof typeof embedded];
  const linked = linkedZone(request.query);
  const shown = linked ?? viewerZone(request.headers, zone);
  const self = whole === undefined ? request.url : request.url.replace(pathOf(request), whole);
  const now = clock();
  return {
    assets,
    viewer: {
      name: request.user ?? request.token?.name ?? null,
      mayRead: may('read'),
      mayWrite: may('write'),
      mayEdit: may('edit'),
      maySignIn: !keyring.isUnused && request.granted === null,
      isSignedIn: request.token !== null && cookieOf(request.headers, cookieNames.token) !== null,
      mayAdminister: may('admin'),
      zone: shown,
      zones: [...new Set([shown, zone, 'UTC'])],
    },
    now,
    base: request.server.publicBase.path,
    self,
    share: shareAddress(self, shown, now),
    linkedZone: linked,
    attention: request.attention,
    isEmbedded: whole !== undefined,
  };
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? '';
}

/** Sends a page that `web/` rendered. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, page: string): Promise<FastifyReply> {
  if (!reply.hasHeader('Set-Cookie')) rememberAsking(request, reply, false);
  const ancestors = pathOf(request) in embedded ? request.server.embedOrigins : [];
  reply.header(
    'Content-Security-Policy',
    `${contentSecurityPolicy}; frame-ancestors ${ancestors.join(' ') || "'none'"}`,
  );
  reply.header('Referrer-Policy', 'same-origin');
  return sendCompressed(
    request,
    reply.type('text/html; charset=utf-8'),
    Buffer.from(request.server.publicBase.addToLinks(page)),
  );
}
