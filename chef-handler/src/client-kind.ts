// Recognises requests of Chef's own client, which need special answers. Pure.

import type { IncomingHttpHeaders } from 'node:http';

/**
 * True for the client of Chef or Cinc. It must never get a 5xx: it would retry for two minutes and delay the run. After any other
 * refusal it continues without its data collector.
 */
export function isChefClient(headers: IncomingHttpHeaders): boolean {
  return headers['x-chef-version'] !== undefined || /^(?:Chef|Cinc)\b/.test(headers['user-agent'] ?? '');
}
