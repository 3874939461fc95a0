// Reads and discards the rest of a body after its request was refused.

import type { IncomingMessage } from 'node:http';

/** Maximum bytes of a refused body that are read, so that its sender can read the reason. */
export const maxLeftoverBytes = 64 * 1_048_576;

/**
 * Resolves when the request's body has ended, the client has disconnected, or `maxBytes` were read and discarded. If the
 * connection were closed while the client still writes, it would be reset and the client would never see the answer. If it were
 * not read, a client that sends everything before it reads would hang.
 */
export function discardBody(request: IncomingMessage, maxBytes = maxLeftoverBytes): Promise<void> {
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
    request.unpipe(); // from a decoder that is no longer read
    if (request.readableEnded || request.destroyed) resolve();
    else request.on('data', take).on('end', done).on('close', done).on('error', done).resume();
  });
}
