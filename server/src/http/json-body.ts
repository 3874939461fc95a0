// Reads a body that is JSON. Knows no field.

import { isUtf8 } from 'node:buffer';
import { preview, scanJson } from '@anthracite/protocol';
import { mayBeJson, mediaTypeOf, refuseCharset, refuseMediaType } from './media-type';
import { RequestError } from './request-error';

const byteOrderMark = '\ufeff';

/**
 * The value of a body. Throws a `RequestError` for what is said to be something else, is no UTF-8, no JSON, nested too deeply, or
 * has a key twice; `expected` says in its sentence what the body should be.
 */
export function parseJsonBody(body: Buffer, contentType: string | undefined, expected: string): unknown {
  const type = mediaTypeOf(contentType);
  if (!mayBeJson(type)) refuseMediaType(type, 'application/json');
  refuseCharset(contentType, body);
  return parseJson(body, expected);
}

/** The same of bytes whose type is known. */
export function parseJson(body: Buffer, expected: string): unknown {
  if (!isUtf8(body)) throw RequestError.of('BODY_NOT_UTF8');
  const marked = body.toString('utf8');
  const text = marked.startsWith(byteOrderMark) ? marked.slice(1) : marked;
  const found = scanJson(text);
  if (found !== null) throw RequestError.ofProblem(found);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw RequestError.of('BODY_NOT_JSON', { value: preview((error as Error).message), expected });
  }
}
