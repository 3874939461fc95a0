// Checks the token of a request, in all ways that tools can send it, with a comparison in constant time. Pure.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { readAuthorization } from './authorization';

/**
 * True if the request has the token: as Bearer, as the password of basic authentication (as sent, or URL-decoded: Puppet
 * sends the password of a URL without decoding it), or as Chef's `x-data-collector-token`.
 */
export function presentsToken(headers: IncomingHttpHeaders, token: string): boolean {
  let isPresented = false;
  for (const presented of presentedTokens(headers)) {
    if (timingSafeEqual(digestOf(presented), digestOf(token))) isPresented = true;
  }
  return isPresented;
}

function presentedTokens(headers: IncomingHttpHeaders): string[] {
  const chef = headers['x-data-collector-token'];
  const given = readAuthorization(headers.authorization);
  const tokens = typeof chef === 'string' ? [chef] : [];
  if (given?.scheme === 'bearer') tokens.push(given.text);
  if (given?.scheme === 'basic') {
    const password = given.text.slice(given.text.indexOf(':') + 1);
    tokens.push(password, decoded(password));
  }
  return tokens;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
