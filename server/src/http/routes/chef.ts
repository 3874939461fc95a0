// POST /chef/data-collector: what Chef Infra Client and Cinc Client send of their runs by themselves.

import { mappingOptions } from '@anthracite/chef-handler';
import type { FastifyInstance } from 'fastify';
import { boundArrivingBytes } from '../arriving-bytes';
import { readQueryOptions } from '../query-options';
import { RequestError } from '../request-error';
import type { RouteContext } from './context';

const maxArrivingBytes = 256 * 1_048_576;

/** Adds the routes. */
export function addChefRoutes(app: FastifyInstance, { chef, settings }: RouteContext): void {
  const bodyLimit = settings['max-chef-message-bytes'];
  // Chef tries again for minutes after a 5xx, and holds up the run; after any other refusal it goes on without us.
  const full = (): RequestError => RequestError.of('MESSAGES_FULL');
  const onRequest = boundArrivingBytes(maxArrivingBytes, bodyLimit, full);
  for (const url of ['/chef/data-collector', '/chef/data-collector/']) {
    app.post(
      url,
      { config: { changesState: true, needs: 'write' }, bodyLimit, onRequest },
      async (request, reply) => {
        const options = readQueryOptions(mappingOptions, request);
        const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
        const peer = `${request.ip}:${request.socket.remotePort ?? 0}`;
        if (!chef.take({ body, headers: request.headers, options, peer })) throw full();
        return reply.code(202).send({ status: 'accepted' });
      },
    );
  }
}
