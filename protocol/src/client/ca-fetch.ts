// Sends HTTPS requests to servers whose certificate an own authority has signed. `fetch()` of Node takes authorities only from
// a variable that is read when the process starts.

import { type RequestOptions, request } from 'node:https';
import { Readable } from 'node:stream';

const noBody = [101, 204, 205, 304];

/** Requests like `fetch()`; a text is the only body. Accepts the certificates of this authority, in PEM, and no others. */
export function fetchWithCa(url: string, init: RequestInit, ca: string): Promise<Response> {
  const { method = 'GET', headers, body, signal } = init;
  const options: RequestOptions = {
    method,
    ca,
    headers: Object.fromEntries(new Headers(headers)),
    ...(signal && { signal }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (answer) => {
      const status = answer.statusCode ?? 0;
      const given = new Headers();
      for (const [name, value] of Object.entries(answer.headersDistinct)) {
        for (const one of value ?? []) given.append(name, one);
      }
      const isEmpty = noBody.includes(status) || method === 'HEAD';
      if (isEmpty) answer.resume();
      const stream = isEmpty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>);
      resolve(new Response(stream, { status, headers: given }));
    });
    sent.on('error', reject);
    sent.end(body ?? undefined);
  });
}
