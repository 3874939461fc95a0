// POST /chef/data-collector: what Chef Infra Client and Cinc Client send of their runs by themselves.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RequestError } from '../request-error';
import type { RouteContext } from './context';

// What may be on its way here at once. Small messages, as the first of a run, always find room.
const maxArrivingBytes = 256 * 1_048_576;
const maxSmallBytes = 65_536;

/** Adds the routes. */
export function addChefRoutes(app: FastifyInstance, { chefCollector, settings }: RouteContext): void {
  const bodyLimit = settings['max-chef-message-bytes'];
  let arrivingBytes = 0;
  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const bytes = Number(request.headers['content-length'] ?? bodyLimit);
    if (bytes > maxSmallBytes && arrivingBytes + bytes > maxArrivingBytes) {
      throw RequestError.of('TOO_MANY_REPORTS');
    }
    arrivingBytes += bytes;
    reply.raw.once('close', () => {
      arrivingBytes -= bytes;
    });
  };
  for (const url of ['/chef/data-collector', '/chef/data-collector/']) {
    // Answered before it is read: a node waits for the answer, and gives up its report when it is not a good one.
    app.post(
      url,
      { config: { changesState: true, needs: 'write' }, bodyLimit, onRequest },
      async (request, reply) => {
        const body = request.body as Buffer | undefined;
        if (!chefCollector.take(body ?? Buffer.alloc(0), request.headers)) {
          throw RequestError.of('TOO_MANY_REPORTS');
        }
        return reply.code(202).send({ status: 'accepted' });
      },
    );
  }
}
