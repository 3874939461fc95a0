// Reads away the rest of a body whose request was refused, so that a client that sends everything before it reads can
// get the answer. Independent of routes and errors.

import { discardBody } from '@anthracite/protocol/bridge';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Makes the server keep reading for a limited time when a request is answered before its body has ended. */
export function addLeftoverBodies(app: FastifyInstance): void {
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    // Node itself discards bodies that were never read.
    if (raw.readableFlowing === false && !raw.readableEnded) {
      void discardBody(raw).then(() => {
        if (!raw.readableEnded) raw.destroy();
      });
    }
    done();
  });
}

/** Discards the rest of the body when the connection closes after the answer: bytes that arrive later would reset it. */
export async function discardBeforeClosing({ raw }: FastifyRequest, reply: FastifyReply): Promise<void> {
  const isClosing = !reply.raw.shouldKeepAlive || reply.getHeader('connection') === 'close';
  if (isClosing && !raw.complete) await discardBody(raw);
}
