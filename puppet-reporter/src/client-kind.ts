// Recognises requests of Puppet's own client, which need special answers. Pure.

import type { IncomingHttpHeaders } from 'node:http';

/**
 * True for Puppet's own client. It must never get a `Retry-After`: in `puppet apply` it would sleep and send the report again, up
 * to 100 times, and delay the run.
 */
export function isPuppetClient(headers: IncomingHttpHeaders): boolean {
  return headers['x-puppet-version'] !== undefined || /^Puppet\//.test(headers['user-agent'] ?? '');
}
