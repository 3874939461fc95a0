// Where a request carries a token. The only place that knows.

import type { IncomingHttpHeaders } from 'node:http';
import { cookieNames, cookieOf } from './cookies';

/**
 * The secrets that a request presents: as `Authorization: Bearer`, as the password of basic authentication, whatever the
 * user's name, as Chef's `X-Data-Collector-Token`, or as the cookie of who signed in on a page. Often none, sometimes two ways to
 * read one.
 */
export function presentedSecrets(headers: IncomingHttpHeaders): readonly string[] {
  const secrets = fromAuthorization(headers.authorization ?? '');
  const collector = headers['x-data-collector-token'];
  if (typeof collector === 'string' && collector !== '') secrets.push(collector);
  const cookie = cookieOf(headers, cookieNames.token);
  if (cookie !== null) secrets.push(cookie);
  return secrets;
}

function fromAuthorization(header: string): string[] {
  const [, scheme = '', credentials = ''] = /^(\w+) +(\S+) *$/.exec(header) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return [credentials];
    case 'basic': {
      const pair = Buffer.from(credentials, 'base64').toString('utf8');
      const colon = pair.indexOf(':');
      return colon === -1 ? [] : bothForms(pair.slice(colon + 1));
    }
    default:
      return [];
  }
}

// Puppet sends the password of its URL as it stands there, with its percent signs; others decode it first.
function bothForms(password: string): string[] {
  if (password === '') return [];
  try {
    return [...new Set([password, decodeURIComponent(password)])];
  } catch {
    return [password];
  }
}
