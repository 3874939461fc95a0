// Reads and writes cookies: the token of a browser, and its time zone. Independent of routes.

import type { IncomingHttpHeaders } from 'node:http';

/** The names of all cookies. */
export const cookieNames = {
  /** The token of a signed-in person. JavaScript cannot read it, and pages of other sites cannot send it. */
  token: 'anthracite_token',
  /** Signals that the token cookie exists, also for requests that come from another site, which do not include the token. */
  signedIn: 'anthracite_signed_in',
  /** The time zone in which times are shown. JavaScript on our pages sets it. */
  zone: 'anthracite_zone',
} as const;

/** The value of a cookie; null when the request has none, or an empty one. */
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

/** How a cookie is set; one without a value is deleted. */
export interface CookieOptions {
  /** The path under which it is sent. */
  readonly path: string;
  readonly sameSite: 'Strict' | 'Lax';
  /** True when JavaScript must not read it. */
  readonly isHttpOnly: boolean;
  /** True when it may only be sent over HTTPS. */
  readonly isSecure: boolean;
}

const maxAgeSeconds = 180 * 86_400;

/** The header `Set-Cookie`. */
export function writeCookie(name: string, value: string | null, options: CookieOptions): string {
  return [
    `${name}=${encodeURIComponent(value ?? '')}`,
    `Path=${options.path}`,
    `Max-Age=${value === null ? 0 : maxAgeSeconds}`,
    `SameSite=${options.sameSite}`,
    ...(options.isHttpOnly ? ['HttpOnly'] : []),
    ...(options.isSecure ? ['Secure'] : []),
  ].join('; ');
}
