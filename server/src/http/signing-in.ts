// The cookies of who signed in on a page. The token itself goes along only with requests that begin on our own pages; so on the
// way from another site it is missing at first, and a second cookie, without any secret, says that it is worth to ask again.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieNames, cookieOf, writeCookie } from './cookies';

/** Sets the cookies, or takes them back when `secret` is null. */
export function setSignedIn(request: FastifyRequest, reply: FastifyReply, secret: string | null): void {
  const isSecure = isByHttps(request);
  reply.header('Set-Cookie', [
    writeCookie(cookieNames.token, secret, { sameSite: 'Strict', isHttpOnly: true, isSecure }),
    writeCookie(cookieNames.signedIn, secret && '1', { sameSite: 'Lax', isHttpOnly: true, isSecure }),
  ]);
}

/** True for a request of a page that came without a token, although one was given to the browser: it is to ask again, once. */
export function mayAskAgain(request: FastifyRequest): boolean {
  const { method, headers } = request;
  const isAsked = method === 'GET' && cookieOf(headers, cookieNames.signedIn) !== null;
  return isAsked && cookieOf(headers, cookieNames.token) === null;
}

/** Sees to it that the next time a browser is asked again only if this one was of use. */
export function rememberAsking(request: FastifyRequest, reply: FastifyReply, isAskedAgain: boolean): void {
  const { headers } = request;
  const isMarked = cookieOf(headers, cookieNames.signedIn) !== null;
  const isSignedIn = request.token !== null && cookieOf(headers, cookieNames.token) !== null;
  if (!isAskedAgain && (isMarked || !isSignedIn)) return;
  const isSecure = isByHttps(request);
  reply.header(
    'Set-Cookie',
    writeCookie(cookieNames.signedIn, isAskedAgain ? null : '1', {
      sameSite: 'Lax',
      isHttpOnly: true,
      isSecure,
    }),
  );
}

// A proxy in front may speak HTTPS for us; what a browser sends from a form says so.
function isByHttps({ headers, protocol }: FastifyRequest): boolean {
  return protocol === 'https' || (headers.origin ?? '').startsWith('https://');
}

/** The path and query of one of our own pages, or of the first where a stranger's text leads elsewhere. */
export function ownPage(text: string): string {
  if (!text.startsWith('/') || !URL.canParse(text, 'http://own.invalid')) return '/events/';
  const { host, pathname, search } = new URL(text, 'http://own.invalid');
  return host === 'own.invalid' && !pathname.startsWith('//') ? pathname + search : '/events/';
}

/** The path of the page whose form sent a request. */
export function formPageOf({ headers }: FastifyRequest): string {
  const { referer = '' } = headers;
  return URL.canParse(referer) ? ownPage(new URL(referer).pathname) : ownPage('');
}
