// Removes the token from the URL of a feed, where calendars and feed readers that cannot sign in send it. No later code
// sees a URL with a token: no log, no link, no page.

import type { IncomingMessage } from 'node:http';

/** The routes that accept a token in the URL. */
export const feedPaths: ReadonlySet<string> = new Set(['/events/atom', '/events/ics', '/spans/ics']);

const taken = new WeakMap<IncomingMessage, readonly string[]>();

/** The URL of a request without the token, which is remembered. Other routes keep their query unchanged. */
export function takeFeedToken(request: IncomingMessage, url: string): string {
  if (!url.includes('token=')) return url;
  const [path = '', query] = url.split(/\?(.*)/s, 2);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (query === undefined || !isRead || !feedPaths.has(path)) return url;
  const parts = query.split('&');
  const isToken = (part: string): boolean => part.startsWith('token=');
  const tokens = parts.filter(isToken);
  if (tokens.length === 0) return url;
  taken.set(request, tokens.map(decoded));
  const rest = parts.filter((part) => !isToken(part)).join('&');
  return rest === '' ? path : `${path}?${rest}`;
}

/** The tokens that were removed from the URL of a request; usually empty. */
export function feedTokensOf(request: IncomingMessage): readonly string[] {
  return taken.get(request) ?? [];
}

function decoded(part: string): string {
  const value = part.slice('token='.length);
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
