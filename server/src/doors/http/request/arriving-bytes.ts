// Limits the bytes of bodies that arrive at one route at the same time, and records refused senders with the start of
// the body.

import type { IncomingMessage } from 'node:http';
import { ArrivalRoom, beginOfBody, type ReportOrigin } from '@anthracite/protocol/bridge';
import type { onRequestAsyncHookHandler } from 'fastify';
import { peerOf } from '../security/peer';
import { RequestError } from './request-error';

/** Reserves bytes for a body; returns the refusal when there is no room for them. */
type TakeBytes = (bytes: number) => RequestError | null;

/** The limits of a route's bodies. */
export interface ArrivingOptions {
  /** Maximum bytes of all bodies in transit together. */
  readonly maxBytes: number;
  readonly bodyLimit: number;
  /** Creates the refusal of a body for which there is no room. */
  refuse(request: IncomingMessage): RequestError;
  /** Called for a refused body; `begin` holds the bytes that have arrived. */
  onRefused(begin: Buffer, origin: Omit<ReportOrigin, 'host'>, why: string): void;
}

// A sender must get its answer within two seconds; the rest of that time is for the disk.
const maxWaitMs = 300;

const decoding = new WeakMap<IncomingMessage, TakeBytes>();

/** A hook that waits briefly for room. It throws a refusal if there is no room, or if the body is too large. */
export function boundArrivingBytes(options: ArrivingOptions): onRequestAsyncHookHandler {
  const { maxBytes, bodyLimit, refuse, onRefused } = options;
  const room = new ArrivalRoom(maxBytes);
  return async (request, reply) => {
    const { raw, headers } = request;
    const declared = Number(headers['content-length'] ?? bodyLimit);
    const refused = async (error: RequestError, why: string): Promise<RequestError> => {
      const peer = peerOf(request);
      onRefused(await beginOfBody(raw), { peer, bytes: declared }, why);
      return error;
    };
    if (declared > bodyLimit) {
      throw await refused(
        RequestError.of('BODY_TOO_LARGE', { limit: bodyLimit }),
        `larger than ${bodyLimit} bytes`,
      );
    }
    const held = await room.enter(declared, bodyLimit, maxWaitMs);
    if (held === null) throw await refused(refuse(raw), 'too many arrived at once');
    // If the sender has already disconnected, no close event follows.
    if (reply.raw.destroyed || raw.destroyed) held.leave();
    else reply.raw.once('close', () => held.leave());
    decoding.set(raw, (more) => (held.decoded(more) ? null : refuse(raw)));
  };
}

/** Reserves bytes for a decoder, for requests to a route with such limits. */
export function arrivingOf(request: IncomingMessage): TakeBytes | undefined {
  return decoding.get(request);
}
