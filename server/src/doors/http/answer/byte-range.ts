// Answers a request for one range of bytes (RFC 9110, 14): data tools such as polars read a file by ranges.

import type { FastifyReply, FastifyRequest } from 'fastify';

/** The first and the last byte of a range, counted from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const form = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * Reads the header `Range` for a body of `size` bytes. Returns null for the whole body, which is right for several ranges and for
 * other units as well, and `unsatisfiable` when no byte of the body is in the range.
 */
export function readByteRange(header: string | undefined, size: number): ByteRange | null | 'unsatisfiable' {
  const [, from, to] = form.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return null;
  if (from === '') {
    const count = Math.min(Number(to), size);
    return count === 0 ? 'unsatisfiable' : { first: size - count, last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return null;
  return first >= size ? 'unsatisfiable' : { first, last };
}

/** Whether the request asks for a range. With `If-Range` it gets the whole body: our tags are weak, which never fulfil it. */
export function asksForRange({ headers, method }: FastifyRequest): boolean {
  return method === 'GET' && headers.range !== undefined && headers['if-range'] === undefined;
}

/** Sends a range of a body as it is, without compression. Sends the whole body where the header asks for no single range. */
export function sendRange(request: FastifyRequest, reply: FastifyReply, body: Buffer): FastifyReply {
  const range = readByteRange(request.headers.range, body.length);
  if (range === null) return reply.send(body);
  if (range === 'unsatisfiable') {
    return reply.code(416).header('Content-Range', `bytes */${body.length}`).send(Buffer.alloc(0));
  }
  const { first, last } = range;
  reply.code(206).header('Content-Range', `bytes ${first}-${last}/${body.length}`);
  return reply.send(body.subarray(first, last + 1));
}
