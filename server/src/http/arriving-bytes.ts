// Bounds what is on its way to one route at once, so that many big bodies do not fill the memory together.

import type { IncomingMessage } from 'node:http';
import type { onRequestAsyncHookHandler } from 'fastify';
import type { RequestError } from './request-error';

// Small bodies always find room.
const maxSmallBytes = 65_536;

/** Takes note of so many bytes of a body; returns the refusal when there is no room for them. */
type TakeBytes = (bytes: number) => RequestError | null;

const decoding = new WeakMap<IncomingMessage, TakeBytes>();

/** A hook that throws what `refuse` makes when bodies of more than `maxBytes` together would be under way. */
export function boundArrivingBytes(
  maxBytes: number,
  bodyLimit: number,
  refuse: () => RequestError,
): onRequestAsyncHookHandler {
  let arriving = 0;
  return async ({ raw, headers }, reply) => {
    let bytes = Math.min(Number(headers['content-length'] ?? bodyLimit), bodyLimit);
    if (bytes > maxSmallBytes && arriving > 0 && arriving + bytes > maxBytes) throw refuse();
    arriving += bytes;
    reply.raw.once('close', () => {
      arriving -= bytes;
    });
    // How long a compressed body becomes is known when it is there: it takes its room as it grows.
    let decoded = 0;
    decoding.set(raw, (more) => {
      decoded += more;
      const growth = Math.min(decoded, bodyLimit) - bytes;
      if (growth <= 0) return null;
      if (decoded > maxSmallBytes && arriving > bytes && arriving + growth > maxBytes) return refuse();
      arriving += growth;
      bytes += growth;
      return null;
    });
  };
}

/** What a decoder tells of its bytes, for a request to a route that bounds them. */
export function arrivingOf(request: IncomingMessage): TakeBytes | undefined {
  return decoding.get(request);
}
