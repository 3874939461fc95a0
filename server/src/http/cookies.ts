// Reads and writes cookies: who a browser is, and in which time zone it reads. Knows no route.

import type { IncomingHttpHeaders } from 'node:http';

/** The cookies that there are. */
export const cookieNames = {
  /** The token that a person signed in with. No script sees it, and no page of another site can present it. */
  token: 'anthracite_token',
  /** Says that there is one, also on the way from another site, where the token itself does not come along. */
  signedIn: 'anthracite_signed_in',
  /** The time zone in which times are shown. A script of ours sets it. */
  zone: 'anthracite_zone',
} as const;

/** The value of a cookie; null where the request has none, or an empty one. */
export function cookieOf(headers: IncomingHttpHeaders, name: string): string | null {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at === -1 || pair.slice(0, at).trim() !== name) continue;
    try {
      return decodeURIComponent(pair.slice(at + 1).trim()) || null;
    } catch {
      return null;
    }
  }
  return null;
}

/** How a cookie is set; one without a value is taken back. */
export interface CookieOptions {
  readonly sameSite: 'Strict' | 'Lax';
  /** True where scripts must not see it. */
  readonly isHttpOnly: boolean;
  /** True where it may go by HTTPS only. */
  readonly isSecure: boolean;
}

const maxAgeSeconds = 180 * 86_400;

/** The header `Set-Cookie`. */
export function writeCookie(name: string, value: string | null, options: CookieOptions): string {
  return [
    `${name}=${encodeURIComponent(value ?? '')}`,
    'Path=/',
    `Max-Age=${value === null ? 0 : maxAgeSeconds}`,
    `SameSite=${options.sameSite}`,
    ...(options.isHttpOnly ? ['HttpOnly'] : []),
    ...(options.isSecure ? ['Secure'] : []),
  ].join('; ');
}
