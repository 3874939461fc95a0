// Compresses an answer for a client that takes gzip.

import { pipeline, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

const gzipBuffer = promisify(gzip);
// Below, a packet is a packet.
const minBytes = 1_024;
// The quickest level makes events a fifth of their size; the slower ones gain little on that.
const options = { level: 1 };

/** Sends a body, compressed where that is worth it. One in pieces needs a place: throws a `RequestError` where there is none. */
export async function sendCompressed(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Readable | Buffer,
): Promise<FastifyReply> {
  reply.header('Vary', 'Accept, Accept-Encoding');
  if (!Buffer.isBuffer(body)) admit(request, reply, body);
  const isSmall = Buffer.isBuffer(body) && body.length < minBytes;
  // Its own order breaks ties: identity is liked by all, gzip only by those that say so.
  const takesGzip = new Negotiator(request.raw).encoding(['gzip', 'identity']) === 'gzip';
  if (isSmall || !takesGzip) return reply.send(body);
  reply.header('Content-Encoding', 'gzip');
  if (Buffer.isBuffer(body)) return reply.send(await gzipBuffer(body, options));
  // Whichever side ends early, the other is closed with it.
  return reply.send(pipeline(body, createGzip(options), () => {}));
}

function admit(request: FastifyRequest, reply: FastifyReply, body: Readable): void {
  try {
    request.server.admission.admitLong(request, reply, 'long_answer');
  } catch (error) {
    body.destroy();
    throw error;
  }
}
