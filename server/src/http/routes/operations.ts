// How the server is: for load balancers, monitoring and people.

import type { FastifyInstance } from 'fastify';
import type { RouteContext } from './context';

/** Adds the routes. */
export function addOperationRoutes(
  app: FastifyInstance,
  { intake, metrics, version, isStopping }: RouteContext,
): void {
  // Whoever looks by hand begins at the top.
  app.get('/', { config: { needs: 'nothing' } }, (_request, reply) => reply.redirect('/events/', 302));

  app.get('/health', { config: { needs: 'nothing' } }, (_request, reply) => {
    const failure = intake.lastFailure;
    const status = isStopping() ? 'stopping' : failure ? 'failing' : 'ok';
    return reply.code(status === 'ok' ? 200 : 503).send({
      status,
      version,
      ...(failure && { code: failure.code, error: failure.publicMessage }),
      waiting: intake.waiting,
      uptime: Math.floor(process.uptime()),
    });
  });

  app.get('/metrics', { config: { needs: 'read' } }, async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
}
