// Finds the secrets that a request presents. All other code gets them from here.

import type { IncomingHttpHeaders } from 'node:http';
import { readAuthorization } from '@anthracite/protocol/bridge';
import { cookieNames, cookieOf } from './cookies';

/** Headers in which clients of Chef, Datadog and Honeycomb send their token. */
const tokenHeaders = ['x-data-collector-token', 'dd-api-key', 'x-honeycomb-team'] as const;

/**
 * The secrets of a request: from `Authorization: Bearer`, the password or the user name of basic authentication, the
 * headers of some clients, or the cookie of a signed-in person. Often empty; sometimes one secret in two readings.
 */
export function presentedSecrets(headers: IncomingHttpHeaders): readonly string[] {
  const secrets = fromAuthorization(headers.authorization);
  for (const name of tokenHeaders) {
    const given = headers[name];
    if (typeof given === 'string' && given !== '') secrets.push(given);
  }
  const cookie = cookieOf(headers, cookieNames.token);
  if (cookie !== null) secrets.push(cookie);
  return secrets;
}

function fromAuthorization(header: string | undefined): string[] {
  const given = readAuthorization(header);
  if (given === null) return [];
  const { scheme, text } = given;
  if (scheme === 'bearer') return [text];
  const colon = text.indexOf(':');
  // Some clients can send only the user name of a URL.
  return colon === -1 ? [] : [text.slice(colon + 1), text.slice(0, colon)].flatMap(bothForms);
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
