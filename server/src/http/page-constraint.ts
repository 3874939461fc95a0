// Tells people from programs: one address serves both, a page to browsers and data to all others.

import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import Negotiator from 'negotiator';

/** Constraint of a route that answers with a page: `constraints: forBrowsers`. */
export const forBrowsers = { accepts: 'page' } as const;

/** True for a request that would rather have a page than data: one that names `text/html`, and nothing that it likes more. */
export function wantsPage({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  if (!headers.accept?.includes('text/html')) return false;
  return new Negotiator({ headers }).mediaType(['text/html', 'application/json']) === 'text/html';
}

/** Lets routes be chosen by it. A browser gets the data of an address that has no page. */
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
