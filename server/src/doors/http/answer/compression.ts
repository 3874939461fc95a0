// Compresses an answer for a client that accepts gzip.

import { pipeline, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

const gzipBuffer = promisify(gzip);
// Smaller answers fit into one packet anyway.
const minBytes = 1_024;
// The fastest level reduces events to a fifth of their size; slower levels gain little more.
const options = { level: 1 };
/** Bodies that several requests share are compressed once. */
const compressed = new WeakMap<Buffer, Promise<Buffer>>();

function compress(body: Buffer): Promise<Buffer> {
  const known = compressed.get(body);
  if (known !== undefined) return known;
  const making = gzipBuffer(body, options);
  compressed.set(body, making);
  return making;
}

/** Sends a body, compressed if that is worthwhile. A streamed body needs a place: throws a `RequestError` when none is free. */
export async function sendCompressed(
  request: FastifyRequest,
  reply: FastifyReply,
  body: Readable | Buffer,
): Promise<FastifyReply> {
  reply.header('Vary', 'Accept, Accept-Encoding');
  if (!Buffer.isBuffer(body)) admit(request, reply, body);
  const isSmall = Buffer.isBuffer(body) && body.length < minBytes;
  if (isSmall || !takesGzip(request)) return reply.send(body);
  reply.header('Content-Encoding', 'gzip');
  if (Buffer.isBuffer(body)) return reply.send(await compress(body));
  // When one side ends early, the other is closed too.
  return reply.send(pipeline(body, createGzip(options), () => {}));
}

// This order breaks ties: all clients accept identity, and only those that list gzip prefer it.
function takesGzip({ raw }: FastifyRequest): boolean {
  if (raw.headers['accept-encoding'] === undefined) return false;
  return new Negotiator(raw).encoding(['gzip', 'identity']) === 'gzip';
}

function admit(request: FastifyRequest, reply: FastifyReply, body: Readable): void {
  try {
    request.server.admission.admitLong(request, reply, 'long_answer');
  } catch (error) {
    body.destroy();
    throw error;
  }
}
