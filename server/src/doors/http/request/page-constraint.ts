// Distinguishes people from programs: at the same address, browsers get a page and all others get data.

import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import Negotiator from 'negotiator';

/** Constraint of a route that answers with a page: `constraints: forBrowsers`. */
export const forBrowsers = { accepts: 'page' } as const;

/** True for a request that prefers a page to data: one that names `text/html`, and prefers nothing else. */
export function wantsPage({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  if (!headers.accept?.includes('text/html')) return false;
  return new Negotiator({ headers }).mediaType(['text/html', 'application/json']) === 'text/html';
}

/** Lets routes use the constraint. At an address without a page, a browser gets the data. */
export function addPageConstraint(app: FastifyInstance): void {
  app.addConstraintStrategy({
    name: 'accepts',
    storage: () => {
      const handlers = new Map<unknown, unknown>();
      return {
        get: (key: unknown) => handlers.get(key) ?? null,
        set: (key: unknown, handler: unknown) => void handlers.set(key, handler),
      } as never;
    },
    deriveConstraint: (request) => (wantsPage(request) ? 'page' : undefined),
    mustMatchWhenDerived: false,
  });
}
