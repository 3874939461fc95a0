// Finds the secrets that a request presents. All other code gets them from here.

import type { IncomingHttpHeaders } from 'node:http';
import { cookieNames, cookieOf } from './cookies';

/**
 * The secrets of a request: from `Authorization: Bearer`, the password of basic authentication with any user name,
 * Chef's `X-Data-Collector-Token`, or the cookie of a signed-in person. Often empty; sometimes one secret in two
 * readings.
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

// Puppet sends the password of its URL without percent-decoding it; other clients decode it first.
function bothForms(password: string): string[] {
  if (password === '') return [];
  try {
    return [...new Set([password, decodeURIComponent(password)])];
  } catch {
    return [password];
  }
}
