// How the server is: for load balancers, monitoring and people.

import type { FastifyInstance } from 'fastify';
import { route } from '../route-options';
import type { RouteContext } from './context';

/** Adds the routes. */
export function addOperationRoutes(
  app: FastifyInstance,
  { store, intake, metrics, version, isStopping }: RouteContext,
): void {
  // Whoever looks by hand begins at the top.
  app.get(
    '/',
    route({ summary: 'Leads to the page of events', needs: 'nothing', answers: { 302: 'to /events/' } }),
    (_request, reply) => reply.redirect('/events/', 302),
  );

  app.get(
    '/health',
    route({
      summary: 'How the server is',
      needs: 'nothing',
      isAlwaysAnswered: true,
      answers: {
        200: 'it runs, and its last commit went well; `status` is `damaged` when the last check of the database found damaged rows',
        503: 'it cannot store events, or is stopping',
      },
    }),
    (_request, reply) => {
      const failure = intake.lastFailure;
      const { status: integrity, checkedAt, findings } = store.integrity();
      const isWell = !isStopping() && !failure;
      const well = integrity === 'damaged' ? 'damaged' : 'ok';
      // Some damaged rows are no reason to send events elsewhere.
      return reply.code(isWell ? 200 : 503).send({
        status: isStopping() ? 'stopping' : failure ? 'failing' : well,
        version,
        ...(failure && { code: failure.code, error: failure.publicMessage }),
        integrity: {
          status: integrity,
          checked: checkedAt === null ? null : new Date(checkedAt).toISOString(),
          findings: findings.reduce((total, { count }) => total + count, 0),
        },
        waiting: intake.waiting,
        uptime: Math.floor(process.uptime()),
      });
    },
  );

  app.get(
    '/metrics',
    route({ summary: "Figures in Prometheus's format", needs: 'read' }),
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}
