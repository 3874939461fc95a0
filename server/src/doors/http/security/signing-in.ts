// Handles the cookies of people who signed in on a page. The token cookie is only sent with requests that start on our
// own pages. A request that comes from another site lacks it at first; a second cookie, without a secret, shows that it
// is worth repeating the request.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { type CookieOptions, cookieNames, cookieOf, writeCookie } from './cookies';

/** Sets the cookies, or deletes them when `secret` is null. */
export function setSignedIn(request: FastifyRequest, reply: FastifyReply, secret: string | null): void {
  const options = optionsFor(request);
  reply.header('Set-Cookie', [
    writeCookie(cookieNames.token, secret, { ...options, sameSite: 'Strict' }),
    writeCookie(cookieNames.signedIn, secret && '1', { ...options, sameSite: 'Lax' }),
  ]);
}

/** True for a page request without the token, from a browser that has one: the browser has to repeat the request, once. */
export function mayAskAgain(request: FastifyRequest): boolean {
  const { method, headers } = request;
  const isAsked = method === 'GET' && cookieOf(headers, cookieNames.signedIn) !== null;
  return isAsked && cookieOf(headers, cookieNames.token) === null;
}

/** Makes sure that the browser repeats a request next time only if repeating this one succeeded. */
export function rememberAsking(request: FastifyRequest, reply: FastifyReply, isAskedAgain: boolean): void {
  const { headers } = request;
  const isMarked = cookieOf(headers, cookieNames.signedIn) !== null;
  const isSignedIn = request.token !== null && cookieOf(headers, cookieNames.token) !== null;
  if (!isAskedAgain && (isMarked || !isSignedIn)) return;
  const options = { ...optionsFor(request), sameSite: 'Lax' } as const;
  reply.header('Set-Cookie', writeCookie(cookieNames.signedIn, isAskedAgain ? null : '1', options));
}

// The path keeps the cookies from other programs that the same proxy serves on the same host.
function optionsFor(request: FastifyRequest): Pick<CookieOptions, 'path' | 'isHttpOnly' | 'isSecure'> {
  return { path: request.server.publicBase.pathOf('/'), isHttpOnly: true, isSecure: isByHttps(request) };
}

// A proxy in front may handle HTTPS; the origin that a browser sends with a form shows it.
function isByHttps({ headers, protocol }: FastifyRequest): boolean {
  return protocol === 'https' || (headers.origin ?? '').startsWith('https://');
}

/** The path and query of one of our own pages, or of the first page if the text leads elsewhere. */
export function ownPage(text: string): string {
  if (!text.startsWith('/') || !URL.canParse(text, 'http://own.invalid')) return '/events/';
  const { host, pathname, search } = new URL(text, 'http://own.invalid');
  return host === 'own.invalid' && !pathname.startsWith('//') ? pathname + search : '/events/';
}

/** The path of the page whose form sent a request. */
export function formPageOf({ headers, server }: FastifyRequest): string {
  const { referer = '' } = headers;
  return URL.canParse(referer) ? ownPage(server.publicBase.strip(new URL(referer).pathname)) : ownPage('');
}
