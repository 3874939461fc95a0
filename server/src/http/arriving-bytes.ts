// Bounds what is on its way to one route at once, so that many big bodies do not fill the memory together.

import type { onRequestAsyncHookHandler } from 'fastify';
import type { RequestError } from './request-error';

// Small bodies always find room.
const maxSmallBytes = 65_536;

/** A hook that throws what `refuse` makes when bodies of more than `maxBytes` together would be under way. */
export function boundArrivingBytes(
  maxBytes: number,
  bodyLimit: number,
  refuse: () => RequestError,
): onRequestAsyncHookHandler {
  let arriving = 0;
  return async (request, reply) => {
    const bytes = Math.min(Number(request.headers['content-length'] ?? bodyLimit), bodyLimit);
    if (bytes > maxSmallBytes && arriving > 0 && arriving + bytes > maxBytes) throw refuse();
    arriving += bytes;
    reply.raw.once('close', () => {
      arriving -= bytes;
    });
  };
}
