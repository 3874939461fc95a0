// Reads away what a client still sends after it has been refused. Knows no Fastify and no error.

import type { IncomingMessage } from 'node:http';

/**
 * Resolves when the request's body has ended, the client has gone, or `maxBytes` of it were read and thrown away.
 * A connection that is closed while its client still writes is reset, and the client never sees the answer.
 */
export function discardBody(request: IncomingMessage, maxBytes: number): Promise<void> {
  return new Promise((resolve) => {
    let left = maxBytes;
    const done = (): void => {
      request.off('data', take).off('end', done).off('close', done).off('error', done);
      request.pause();
      resolve();
    };
    const take = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) done();
    };
    request.unpipe(); // from a decoder that nobody reads any more
    if (request.readableEnded || request.destroyed) resolve();
    else request.on('data', take).on('end', done).on('close', done).on('error', done).resume();
  });
}
