// Answers what reaches no route: what is no HTTP, has too large a head, or a path that cannot be decoded. In the shape of all our
// refusals.

import { maxHeaderSize, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { preview } from '@anthracite/protocol';
import type { FastifyError, FastifyRequest } from 'fastify';
import { safeHeaders } from './front-checks';
import { RequestError } from './request-error';

// A client that does not take the answer is not waited for longer than this.
const lingerMs = 1_000;

/** What the router itself refuses, as we say it. */
export function toUnroutedError({ code }: FastifyError, { url }: Pick<FastifyRequest, 'url'>): RequestError {
  const value = preview(url.split('?', 1)[0] ?? '');
  // A part of the path that is longer than any name here.
  return code === 'FST_ERR_MAX_PARAM_LENGTH'
    ? RequestError.of('NOT_FOUND', { value })
    : RequestError.of('BAD_PATH', { value });
}

/** Makes a server answer what its parser cannot read, and expectations that it cannot meet. */
export function refuseMalformed(server: Server, requestMs: number): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: AnsweredSocket) => {
    // An answer that is on its way already must not be mixed with this one.
    const isFree = socket.writable && error.code !== 'ECONNRESET' && !socket._httpMessage?.headersSent;
    if (!isFree) {
      socket.destroy(error);
      return;
    }
    socket.end(formatRefusal(toMalformedError(error, requestMs)));
    // What it still sends is passed over, so that it comes to read the answer.
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

/** Node's own mark of the answer that is under way. */
interface AnsweredSocket extends Socket {
  readonly _httpMessage?: ServerResponse | null;
}

function toMalformedError(error: NodeJS.ErrnoException, requestMs: number): RequestError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return RequestError.of('HEAD_TOO_LARGE', { limit: maxHeaderSize });
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
