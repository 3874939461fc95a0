// Reads the declared type and charset of a body, and refuses unsupported ones.

import { isAscii } from 'node:buffer';
import { preview } from '@anthracite/protocol';
import { RequestError } from './request-error';

/** The type of a body, in lower case and without parameters; `''` when none is declared. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** True for JSON, and for the types that clients send by default: curl's form, and plain text. */
export function mayBeJson(type: string): boolean {
  return /^$|^(application|text)\/json$|\+json$|^application\/(x-www-form-urlencoded|octet-stream)$|^text\/plain$/.test(
    type,
  );
}

/** Throws `UNSUPPORTED_MEDIA_TYPE`. */
export function refuseMediaType(type: string, expected: string): never {
  throw RequestError.of('UNSUPPORTED_MEDIA_TYPE', { value: preview(type), expected });
}

/** Throws `UNSUPPORTED_CHARSET` for a body in a charset other than UTF-8, unless its bytes mean the same in both. */
export function refuseCharset(contentType: string | undefined, body: Buffer): void {
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  if (/^utf-?8$/i.test(charset)) return;
  if (/^(us-ascii|iso-8859-\d+|latin-?1|windows-125\d)$/i.test(charset) && isAscii(body)) return;
  throw RequestError.of('UNSUPPORTED_CHARSET', { value: preview(charset) });
}
