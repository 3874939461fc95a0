// Handles the public address of the server, from the setting `public-url`. A proxy may add a path, such as /anthracite,
// which links and redirects need and routes do not have.

import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    publicBase: PublicBase;
  }
}

// `web/` escapes quotes in all texts, so a quote in a page always belongs to an attribute.
const ownLink = / (href|src|action|formaction)="(?=\/(?!\/))/g;

export class PublicBase {
  /** Without a trailing slash; null when the setting is empty. */
  readonly url: string | null;
  /** The path of the URL, such as `/anthracite`; `''` when it has none. */
  readonly path: string;

  /** `publicUrl` is the value of the setting. */
  constructor(publicUrl: string) {
    this.url = publicUrl === '' ? null : publicUrl;
    this.path = publicUrl === '' ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
  }

  /** The URL of a request as routes know it: a proxy may keep the path, or remove it. */
  strip(url: string): string {
    if (this.path === '' || !url.startsWith(this.path)) return url;
    const rest = url.slice(this.path.length);
    if (rest.startsWith('/')) return rest;
    return rest === '' || rest.startsWith('?') ? `/${rest}` : url;
  }

  /** The public path of a route. */
  pathOf(path: string): string {
    return this.path + path;
  }

  /** A page with the public path in front of all links to our own routes. */
  addToLinks(page: string): string {
    return this.path === '' ? page : page.replace(ownLink, ` $1="${this.path}`);
  }
}

/** Makes redirects lead to the public address. */
export function addPublicRedirects(app: FastifyInstance): void {
  const { publicBase } = app;
  if (publicBase.path === '') return;
  app.addHook('onSend', (_request, reply, payload, done) => {
    const location = reply.getHeader('location');
    if (typeof location === 'string' && /^\/(?!\/)/.test(location)) {
      reply.header('location', publicBase.pathOf(location));
    }
    done(null, payload);
  });
}

/** The URL of the server without a trailing slash: from the setting, or the URL that the client used. */
export function publicUrlOf({ protocol, host, server }: FastifyRequest): string {
  if (server.publicBase.url !== null) return server.publicBase.url;
  // A wrong host from the client only affects the answer to that client.
  const url = `${protocol}://${host}`;
  return URL.canParse(url) ? new URL(url).origin : 'http://localhost';
}
