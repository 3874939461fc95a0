// Requests of tests, because jsdom has no fetch.

import { request } from 'node:http';

/** Sends a request with JSON, if any, and returns the status and the body of the response. */
export function send(
  url: string,
  {
    method = 'GET',
    accept = 'application/json',
    json,
  }: { method?: string; accept?: string; json?: object } = {},
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { Accept: accept, ...(json && { 'Content-Type': 'application/json' }) };
    const sent = request(url, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject);
    sent.end(json && JSON.stringify(json));
  });
}
