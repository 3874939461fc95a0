// Sends one HTTP request with node:http. `fetch()` would take longer to load than a command needs for everything else, and takes
// authorities only from a variable that is read when the process starts.

import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import type { Readable } from 'node:stream';

/** A request. */
export interface HttpRequest {
  /** GET by default. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Ends the request, and the answer while it is read. */
  readonly signal?: AbortSignal;
}

/** An answer; its body can be read once. */
export interface HttpAnswer {
  readonly status: number;
  /** True for a status from 200 to 299. */
  readonly ok: boolean;
  /** The decoded bytes. Reading rejects if the connection ends early. */
  readonly body: Readable;
  /** The value of a header; null without it. */
  header(name: string): string | null;
}

/**
 * Sends a request to an http or https URL, and resolves when the head of the answer is there. With `ca`, authorities in PEM, it
 * accepts only certificates that one of them has signed. Redirects are not followed. Rejects with the error of the connection.
 */
export async function sendRequest(url: string, sent: HttpRequest, ca?: string): Promise<HttpAnswer> {
  // Loaded when it is used: most commands send to a server without TLS.
  const send = url.startsWith('https:')
    ? (require('node:https') as typeof import('node:https')).request
    : request;
  const { method = 'GET', headers, body, signal } = sent;
  const options: RequestOptions & { ca?: string } = {
    method,
    headers: { 'accept-encoding': 'gzip', ...headers },
    ...(signal && { signal }),
    ...(ca !== undefined && { ca }),
  };
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    send(url, options, resolve).on('error', reject).end(body);
  });
  const status = message.statusCode ?? 0;
  const header = (name: string): string | null => {
    const value = message.headers[name];
    return (Array.isArray(value) ? value.join(', ') : value) ?? null;
  };
  const isPacked = header('content-encoding') === 'gzip' && method !== 'HEAD';
  const decoded = isPacked ? unpacked(message) : message;
  return { status, ok: status >= 200 && status < 300, body: decoded, header };
}

/** All of a body as text; null for a body with more than `maxBytes` bytes. */
export async function textWithin(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string | null> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > maxBytes) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** All of a body as text. */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  return (await textWithin(body, Number.POSITIVE_INFINITY)) as string;
}

function unpacked(message: IncomingMessage): Readable {
  const { createGunzip } = require('node:zlib') as typeof import('node:zlib');
  const decoded = createGunzip();
  message.on('error', (error) => decoded.destroy(error));
  message.on('aborted', () => decoded.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })));
  decoded.on('close', () => message.destroy());
  return message.pipe(decoded);
}
