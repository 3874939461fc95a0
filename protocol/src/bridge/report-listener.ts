// Receives the reports of tools over HTTP and answers at once. It logs nothing, because headers contain tokens and bodies
// contain secrets.

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
import { ArrivalRoom, beginOfBody } from './arrival-room';
import { bodyEncodings, decodeBody, encodingOf, isKnownEncoding } from './body-decoder';
import { discardBody } from './leftover-body';
import { presentsToken } from './presented-token';
import { ReportBody } from './report-body';

/** A complete request. */
export interface ReportRequest {
  /** Its path, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: ReportBody;
}

/** The answer to a request. The body is sent as JSON. */
export interface ReportAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** Seconds after which the client may try again; omitted if it must not. */
  readonly retryAfter?: number;
}

/** Options of a listener. */
export interface ReportListenerOptions {
  /** The address; port 0 chooses a free port. */
  readonly host: string;
  readonly port: number;
  /** Maximum bytes of a body; larger ones get status 413. */
  readonly maxBodyBytes: number;
  /** Maximum milliseconds until a request is complete. */
  readonly requestMs?: number;
  /** Maximum decoded bytes of all bodies that arrive at the same time. */
  readonly maxArrivingBytes?: number;
  /** Maximum concurrent connections; further ones are closed. */
  readonly maxConnections?: number;
  /** The required token; requests without it get status 401 before their body is read. Null: no token is required. */
  readonly token: string | null;
  /** Answers a report. It must not wait for long; slow work is done later. */
  answer(request: ReportRequest): ReportAnswer | Promise<ReportAnswer>;
  /** Answers a report that is too large or gets no room. It receives the first bytes. */
  refuse(refused: RefusedReport): ReportAnswer;
}

/** A report that is refused before it is complete. */
export interface RefusedReport {
  readonly headers: IncomingHttpHeaders;
  /** The first bytes of its body, decoded if possible; empty if no bytes have arrived. */
  readonly begin: Buffer;
  /** The default answer. */
  readonly answer: ReportAnswer;
}

/** A running listener. */
export interface ReportListener {
  readonly port: number;
  /** Accepts no more requests, and resolves when the current ones are answered. */
  close(): Promise<void>;
}

// Bytes of a refused body that are examined.
const maxBeginBytes = 65_536;
// Maximum time that a body waits for room.
const maxRoomMs = 300;

/** Starts a listener. Rejects with the network's error if the address is not available. */
export async function listenForReports(options: ReportListenerOptions): Promise<ReportListener> {
  const { host, port, requestMs = 30_000, maxConnections = 1_000 } = options;
  const { maxArrivingBytes = 64 * 1_048_576 } = options;
  const room = new ArrivalRoom(maxArrivingBytes);
  const server = createServer(
    {
      requestTimeout: requestMs,
      headersTimeout: requestMs,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      handle(request, response, options, room).catch(() => request.destroy());
    },
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

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  options: ReportListenerOptions,
  room: ArrivalRoom,
): Promise<void> {
  const { maxBodyBytes, answer } = options;
  const bytes = Number(request.headers['content-length'] ?? maxBodyBytes);
  let refused = refuse(request, options);
  const isTooLarge = refused === null && bytes > maxBodyBytes;
  if (isTooLarge) refused = tooLarge(maxBodyBytes);
  const held = refused === null ? await room.enter(bytes, maxBodyBytes, maxRoomMs) : null;
  if (held === null) {
    if (isTooLarge || refused === null) {
      const begin = await beginOfBody(request);
      refused = options.refuse({ headers: request.headers, begin, answer: refused ?? noRoom });
    }
    await answerEarly(request, response, refused);
    return;
  }
  if (response.destroyed) held.leave();
  else response.once('close', () => held.leave());
  const body = new ReportBody();
  const encoding = encodingOf(request.headers['content-encoding']);
  const isPlain = encoding === '';
  const onBytes = (more: number): Error | null => (held.decoded(more) ? null : new NoRoom());
  const arriving = isPlain ? request : decodeBody(request, encoding, { failure: notDecoded, onBytes });
  const stop = (answered: ReportAnswer): void => {
    arriving.off('data', onData).off('end', onEnd);
    if (!isPlain) arriving.destroy();
    void answerEarly(request, response, answered);
  };
  const onData = (piece: Buffer): void => {
    body.add(piece);
    if (body.length > maxBodyBytes) stop(tooLarge(maxBodyBytes));
  };
  const onEnd = (): void => {
    const url = urlOf(request) as URL; // refuse() has read it already
    const { headers } = request;
    Promise.resolve(answer({ path: url.pathname, query: url.searchParams, headers, body }))
      .then((answered) => sendAnswer(response, answered))
      .catch(() => request.destroy());
  };
  arriving.on('data', onData).on('end', onEnd);
  if (!isPlain) {
    arriving.on('error', (error) => {
      if (response.headersSent) return;
      if (!(error instanceof NoRoom)) stop(refusal(400, 'BODY_NOT_DECODED', error.message));
      else {
        const begin = body.edges(maxBeginBytes, 0);
        stop(options.refuse({ headers: request.headers, begin, answer: noRoom }));
      }
    });
  }
}

class NoRoom extends Error {}

const notDecoded = (encoding: string): Error =>
  new Error(`the body is incomplete or not valid ${encoding}, the encoding in its header Content-Encoding`);

function urlOf(request: IncomingMessage): URL | null {
  const url = request.url ?? '';
  return URL.canParse(url, 'http://bridge') ? new URL(url, 'http://bridge') : null;
}

const refusal = (status: number, code: string, error: string): ReportAnswer => ({
  status,
  body: { error, code },
});

const noRoom: ReportAnswer = {
  ...refusal(503, 'REPORTS_FULL', 'too many reports arrive at once; this one was not accepted'),
  retryAfter: 1,
};

const tooLarge = (limit: number): ReportAnswer =>
  refusal(413, 'BODY_TOO_LARGE', `the body is larger than ${limit} bytes`);

// Refuses a request by its headers.
function refuse(request: IncomingMessage, { token }: ReportListenerOptions): ReportAnswer | null {
  const { headers, method } = request;
  if (token !== null && !presentsToken(headers, token)) {
    return refusal(401, 'UNAUTHORIZED', 'the token is missing or wrong; send the token of this bridge');
  }
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) {
    return refusal(
      403,
      'FOREIGN_ORIGIN',
      'the request comes from a web page; only programs may send reports',
    );
  }
  if (urlOf(request) === null) return refusal(400, 'BAD_REQUEST', 'the path of the request is not valid');
  if (method !== 'POST') return refusal(405, 'METHOD_NOT_ALLOWED', 'send reports with POST');
  const encoding = encodingOf(headers['content-encoding']);
  if (encoding !== '' && !isKnownEncoding(encoding)) {
    const why = `the encoding ${preview(encoding)} of the body is not supported; expected ${bodyEncodings}, or none`;
    return refusal(415, 'UNSUPPORTED_ENCODING', why);
  }
  return null;
}

// Answers a request before it is complete. The connection stays open until the rest of the body is read: a client that sends
// everything before it reads would otherwise be reset and never see the reason.
async function answerEarly(
  request: IncomingMessage,
  response: ServerResponse,
  answered: ReportAnswer,
): Promise<void> {
  response.write(beginAnswer(response, answered));
  await discardBody(request);
  response.end();
}

function sendAnswer(response: ServerResponse, answered: ReportAnswer): void {
  response.end(beginAnswer(response, answered));
}

// Writes the head of an answer and returns its body.
function beginAnswer(response: ServerResponse, { status, body, retryAfter }: ReportAnswer): string {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'x-content-type-options': 'nosniff',
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    ...(status === 401 && { 'www-authenticate': 'Basic realm="Anthracite"' }),
    ...(status === 405 && { allow: 'POST' }),
    ...(status >= 400 && { connection: 'close' }),
  });
  return text;
}
