// Reports the state of the server to load balancers, monitoring and people.

import { type HealthAnswer, zoneDataInUse } from '@anthracite/protocol';
import { healthSchema } from '@anthracite/protocol/api';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { StoreError } from '../../../storage/store-error';
import { json, route, typed } from '../request/route-options';
import type { RouteContext } from './context';

/** Adds the routes. */
export function addOperationRoutes(
  app: FastifyInstance,
  { store, intake, metrics, version, isStopping }: RouteContext,
): void {
  const answerHealth = (reply: FastifyReply, failure: StoreError | null): FastifyReply => {
    const { status: integrity, checkedAt, findings } = store.integrity();
    const isWell = !isStopping() && !failure;
    const well = integrity === 'damaged' ? 'damaged' : 'ok';
    // A few damaged rows are not a reason to send events to another server.
    const answer: HealthAnswer = {
      status: isStopping() ? 'stopping' : failure ? 'failing' : well,
      version,
      ...(failure && { code: failure.code, error: failure.publicMessage }),
      integrity: {
        status: integrity,
        checked: checkedAt === null ? null : new Date(checkedAt).toISOString(),
        findings: findings.reduce((total, { count }) => total + count, 0),
      },
      timeZones: zoneDataInUse(),
      waiting: intake.waiting,
      uptime: Math.floor(process.uptime()),
    };
    return reply.code(isWell ? 200 : 503).send(answer);
  };

  // For people who open the address of the server.
  app.get(
    '/',
    route({
      id: 'getStart',
      summary: 'Redirects to the page of events',
      needs: 'nothing',
      answers: { 302: 'redirects to /events/' },
    }),
    (_request, reply) => reply.redirect('/events/', 302),
  );

  app.get(
    '/health',
    route({
      id: 'getHealth',
      summary: 'Reports the health of the server',
      needs: 'nothing',
      isAlwaysAnswered: true,
      answers: {
        200: json(
          healthSchema,
          'the server runs, and its last commit succeeded; `status` is `damaged` if the last check of the database found damaged rows',
        ),
        503: json(healthSchema, 'the server cannot store events, or is stopping'),
      },
    }),
    (_request, reply) => answerHealth(reply, intake.lastFailure),
  );

  app.get(
    '/healthz',
    route({
      id: 'getLiveness',
      summary: 'Reports that the server runs, even while it cannot store events',
      needs: 'nothing',
      isAlwaysAnswered: true,
      answers: { 200: typed('text/plain', '`ok`') },
    }),
    (_request, reply) => reply.type('text/plain; charset=utf-8').send('ok\n'),
  );

  app.get(
    '/readyz',
    route({
      id: 'getReadiness',
      summary:
        'Reports whether the server can store events; makes a commit unless the last one is less than a second old',
      needs: 'nothing',
      isAlwaysAnswered: true,
      answers: {
        200: json(healthSchema, 'the server can store events'),
        503: json(healthSchema, 'the server cannot store events, or is stopping'),
      },
    }),
    async (_request, reply) => answerHealth(reply, isStopping() ? null : await intake.tryCommit()),
  );

  app.get(
    '/metrics',
    route({
      id: 'getMetrics',
      summary: "Reports metrics in Prometheus's format",
      needs: 'read',
      answers: { 200: typed('text/plain', 'the metrics') },
    }),
    async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()),
  );
}
