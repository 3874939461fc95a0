// POST /puppet/reports: what Puppet's own report processor `http` sends, answered before it is read.

import { preview } from '@anthracite/protocol';
import { beginOf, beginsAsReport, isPlainlyUnchanged, mappingOptions } from '@anthracite/puppet-reporter';
import type { FastifyInstance } from 'fastify';
import { boundArrivingBytes } from '../arriving-bytes';
import { readQueryOptions } from '../query-options';
import { RequestError } from '../request-error';
import type { RouteContext } from './context';

const maxArrivingBytes = 128 * 1_048_576;

/** Adds the routes. */
export function addPuppetRoutes(app: FastifyInstance, { puppet, settings }: RouteContext): void {
  const bodyLimit = settings['max-puppet-report-bytes'];
  // Never 429 or 503: Puppet's client would try again for minutes, and hold up the run.
  const full = (): RequestError => RequestError.of('REPORTS_FULL');
  const onRequest = boundArrivingBytes(maxArrivingBytes, bodyLimit, full);
  for (const url of ['/puppet/reports', '/puppet/reports/']) {
    app.post(
      url,
      { config: { changesState: true, needs: 'write' }, bodyLimit, onRequest },
      async (request, reply) => {
        const options = readQueryOptions(mappingOptions, request);
        const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
        if (isPlainlyUnchanged(body)) puppet.skip();
        else {
          // A page, an archive, a form: told at once. All else is for the thread to read.
          if (!beginsAsReport(body)) {
            throw RequestError.of('BODY_NOT_REPORT', { value: preview(beginOf(body)) });
          }
          if (!puppet.take(body, options, `${request.ip}:${request.socket.remotePort ?? 0}`)) throw full();
        }
        return reply.code(202).send({ status: 'accepted' });
      },
    );
  }
}
