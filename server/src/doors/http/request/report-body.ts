// Takes the bodies of reports in pieces as they arrive: a megabyte is neither joined nor copied on its way to disk.

import { ReportBody } from '@anthracite/protocol/bridge';
import type { FastifyInstance } from 'fastify';
import { RequestError } from './request-error';

/** Adds routes whose bodies are passed as a `ReportBody` of at most `bodyLimit` bytes, decompressed. */
export function takeReportBodies(
  app: FastifyInstance,
  bodyLimit: number,
  addRoutes: (scope: FastifyInstance) => void,
): void {
  app.register(async (scope) => {
    scope.removeContentTypeParser('*');
    scope.addContentTypeParser('*', (_request, payload, done) => {
      const body = new ReportBody();
      const end = (error: Error | null): void => {
        payload.off('data', onData).off('end', onEnd).off('error', end);
        done(error, error === null ? body : undefined);
      };
      const onEnd = (): void => end(null);
      const onData = (piece: Buffer): void => {
        body.add(piece);
        if (body.length > bodyLimit) end(RequestError.of('BODY_TOO_LARGE', { limit: bodyLimit }));
      };
      payload.on('data', onData).on('end', onEnd).on('error', end);
    });
    addRoutes(scope);
  });
}

/** The body of a request to such a route; an empty body when none was sent. */
export function reportBodyOf({ body }: { readonly body: unknown }): ReportBody {
  return body instanceof ReportBody ? body : new ReportBody();
}
