// Answers requests that reach no route: invalid HTTP, too large a head, or a path that cannot be decoded. The answers
// have the same shape as all other refusals.

import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { preview } from '@anthracite/protocol';
import type { FastifyError, FastifyRequest } from 'fastify';
import { RequestError } from '../request/request-error';
import { safeHeaders } from './front-checks';

/** Maximum bytes of path and headers together: a few thousand values of `tags`, which Graphite's clients cannot post. */
export const maxHeadBytes = 65_536;
// Maximum time to wait for a client to read the answer.
const lingerMs = 1_000;

/** Converts refusals of the router into our own. */
export function toUnroutedError({ code }: FastifyError, { url }: Pick<FastifyRequest, 'url'>): RequestError {
  const value = preview(url.split('?', 1)[0] ?? '');
  // A part of the path that is longer than any name.
  return code === 'FST_ERR_MAX_PARAM_LENGTH'
    ? RequestError.of('NOT_FOUND', { value })
    : RequestError.of('BAD_PATH', { value });
}

/** Makes a server answer requests that its parser cannot read, and expectations that it cannot meet. */
export function refuseMalformed(server: Server, requestMs: number): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: AnsweredSocket) => {
    // Must not be mixed with an answer that is already being sent. A failed TLS handshake cannot be answered.
    const isFree =
      socket.writable && !isOfTls(error) && error.code !== 'ECONNRESET' && !socket._httpMessage?.headersSent;
    if (!isFree) {
      socket.destroy(error);
      return;
    }
    socket.end(formatRefusal(toMalformedError(error, requestMs)));
    // Discards the rest of the request, so that the client gets to read the answer.
    socket.resume();
    const linger = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(linger));
  });
  server.on('checkExpectation', (request, response) => {
    const refusal = RequestError.of('BAD_EXPECTATION', { value: preview(request.headers.expect ?? '') });
    const { head, body } = partsOf(refusal);
    response.writeHead(refusal.status, head).end(body);
  });
}

/** Node's internal field for the answer in progress. */
interface AnsweredSocket extends Socket {
  readonly _httpMessage?: ServerResponse | null;
}

function isOfTls({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS');
}

function toMalformedError(error: NodeJS.ErrnoException, requestMs: number): RequestError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return RequestError.of('HEAD_TOO_LARGE', { limit: maxHeadBytes });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return RequestError.of('CHUNK_EXTENSIONS_TOO_LARGE');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return RequestError.of('REQUEST_TIMEOUT', { limit: requestMs });
    default:
      return RequestError.of('NOT_HTTP', { why: preview(error.message.replace(/^Parse Error: /, '')) });
  }
}

function partsOf({ code, message }: RequestError): { head: Record<string, string | number>; body: string } {
  const body = JSON.stringify({ error: message, code });
  const head = {
    ...safeHeaders,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  return { head, body };
}

function formatRefusal(error: RequestError): string {
  const { head, body } = partsOf(error);
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}`, ...lines, '', body].join('\r\n');
}
