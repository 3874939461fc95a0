// Listens for the reports of tools over HTTP and answers at once. Knows neither Puppet nor Chef, and logs nothing:
// headers hold tokens, bodies hold secrets.

import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { preview } from '../problem';
import { bodyEncodings, decodeBody, encodingOf, isKnownEncoding } from './body-decoder';
import { presentsToken } from './presented-token';

/** A request that has arrived in full. */
export interface ReportRequest {
  /** Its path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a request is answered with. The body is sent as JSON. */
export interface ReportAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How a listener is set up. */
export interface ReportListenerOptions {
  /** Where it listens; port 0 takes a free one. */
  readonly host: string;
  readonly port: number;
  /** Bodies above are answered 413, and are not kept. */
  readonly maxBodyBytes: number;
  /** Milliseconds until a request must have arrived in full. */
  readonly requestMs?: number;
  /** Connections at once; more are closed at once. */
  readonly maxConnections?: number;
  /** Who does not present it is answered 401 before the body is read; null lets everybody in. */
  readonly token: string | null;
  /** Answers a report. It must not wait: what takes time is done afterwards. */
  answer(request: ReportRequest): ReportAnswer;
}

/** A listener that listens. */
export interface ReportListener {
  readonly port: number;
  /** Takes no more requests, and resolves when those under way are answered. */
  close(): Promise<void>;
}

// What a client goes on sending after its answer is passed over up to here; then it is hung up on.
const maxPassedOverBytes = 64 * 1_048_576;

/** Listens. Rejects with the error of the network when the address cannot be had. */
export async function listenForReports(options: ReportListenerOptions): Promise<ReportListener> {
  const { host, port, requestMs = 30_000, maxConnections = 1_000 } = options;
  const server = createServer(
    {
      requestTimeout: requestMs,
      headersTimeout: requestMs,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => handle(request, response, options),
  );
  server.maxConnections = maxConnections;
  server.listen({ host, port });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await closed;
}

function handle(request: IncomingMessage, response: ServerResponse, options: ReportListenerOptions): void {
  const { maxBodyBytes, answer } = options;
  const refused = refuse(request, options);
  if (refused) {
    sendAnswer(response, refused);
    passOver(request);
    return;
  }
  const pieces: Buffer[] = [];
  let length = 0;
  const encoding = encodingOf(request.headers['content-encoding']);
  const isPlain = encoding === '';
  const arriving = isPlain ? request : decodeBody(request, encoding, { failure: notDecoded });
  const stop = (answered: ReportAnswer): void => {
    arriving.off('data', onData).off('end', onEnd);
    if (!isPlain) arriving.destroy();
    sendAnswer(response, answered);
    passOver(request);
  };
  const onData = (piece: Buffer): void => {
    length += piece.length;
    pieces.push(piece);
    if (length > maxBodyBytes) stop(tooLarge(maxBodyBytes));
  };
  const onEnd = (): void => {
    const url = urlOf(request) as URL; // refuse() has read it already
    const { headers } = request;
    sendAnswer(
      response,
      answer({ path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(pieces) }),
    );
  };
  arriving.on('data', onData).on('end', onEnd);
  if (!isPlain) {
    arriving.on('error', ({ message }) => {
      if (!response.headersSent) stop(refusal(400, 'BODY_NOT_DECODED', message));
    });
  }
}

const notDecoded = (encoding: string): Error =>
  new Error(`the body is not ${encoding}, or not whole, as its header Content-Encoding says`);

function urlOf(request: IncomingMessage): URL | null {
  const url = request.url ?? '';
  return URL.canParse(url, 'http://bridge') ? new URL(url, 'http://bridge') : null;
}

const refusal = (status: number, code: string, error: string): ReportAnswer => ({
  status,
  body: { error, code },
});

const tooLarge = (limit: number): ReportAnswer =>
  refusal(413, 'BODY_TOO_LARGE', `the body is larger than ${limit} bytes`);

// What the head of a request tells already.
function refuse(
  request: IncomingMessage,
  { token, maxBodyBytes }: ReportListenerOptions,
): ReportAnswer | null {
  const { headers, method } = request;
  if (token !== null && !presentsToken(headers, token)) {
    return refusal(401, 'UNAUTHORIZED', 'no token, or another one; send the token of this bridge');
  }
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) {
    return refusal(
      403,
      'FOREIGN_ORIGIN',
      'the request comes from a web page; only programs may send reports',
    );
  }
  if (urlOf(request) === null) return refusal(400, 'BAD_REQUEST', 'the path of the request is not one');
  if (method !== 'POST') return refusal(405, 'METHOD_NOT_ALLOWED', 'reports come by POST');
  const encoding = encodingOf(headers['content-encoding']);
  if (encoding !== '' && !isKnownEncoding(encoding)) {
    const why = `the encoding ${preview(encoding)} of the body is not supported; expected ${bodyEncodings}, or none`;
    return refusal(415, 'UNSUPPORTED_ENCODING', why);
  }
  if (Number(headers['content-length'] ?? 0) > maxBodyBytes) return tooLarge(maxBodyBytes);
  return null;
}

// The answer is out; the rest of the body is passed over, so that the client comes to read it.
function passOver(request: IncomingMessage): void {
  let passed = 0;
  request.on('data', (piece: Buffer) => {
    passed += piece.length;
    if (passed > maxPassedOverBytes) request.destroy();
  });
}

function sendAnswer(response: ServerResponse, { status, body }: ReportAnswer): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    ...(status === 401 && { 'www-authenticate': 'Basic realm="Anthracite"' }),
    ...(status === 405 && { allow: 'POST' }),
    ...(status >= 400 && { connection: 'close' }),
  });
  response.end(text);
}
