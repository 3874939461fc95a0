// Decompresses request bodies. Limits apply to the decompressed bytes.

import type { IncomingMessage } from 'node:http';
import { preview } from '@anthracite/protocol';
import { bodyEncodings, decodeBody, encodingOf, isKnownEncoding } from '@anthracite/protocol/bridge';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { arrivingOf } from './arriving-bytes';
import { RequestError } from './request-error';

/** Adds decompression to all routes that are added from now on. */
export function addBodyDecoding(app: FastifyInstance): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    const encoding = encodingOf(request.headers['content-encoding']);
    if (encoding === '') return done(null, payload);
    if (!isKnownEncoding(encoding)) {
      throw refuseEncoding(reply, encoding);
    }
    const arriving = arrivingOf(request.raw);
    const decoded = decodeBody(payload as IncomingMessage, encoding, {
      failure: () => RequestError.of('BODY_NOT_DECODED', { encoding }),
      ...(arriving && { onBytes: arriving }),
    });
    done(null, decoded);
  });
}

function refuseEncoding(reply: FastifyReply, encoding: string): RequestError {
  reply.header('Accept-Encoding', bodyEncodings);
  return RequestError.of('UNSUPPORTED_ENCODING', { value: preview(encoding), known: bodyEncodings });
}
