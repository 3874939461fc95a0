// Reads a body that is JSON. Knows no field.

import { isUtf8 } from 'node:buffer';
import { preview, scanJson, strictJson } from '@anthracite/protocol';
import { mayBeJson, mediaTypeOf, refuseCharset, refuseMediaType } from './media-type';
import { RequestError } from './request-error';

const takingDuplicateKeys = { ...strictJson, takesDuplicateKeys: true };
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

/** The same of bytes whose type is known. Where `takesDuplicateKeys` is true of the value, the last of equal keys wins. */
export function parseJson(
  body: Buffer,
  expected: string,
  takesDuplicateKeys: (json: unknown) => boolean = () => false,
): unknown {
  if (!isUtf8(body)) throw RequestError.of('BODY_NOT_UTF8');
  const marked = body.toString('utf8');
  const text = marked.startsWith(byteOrderMark) ? marked.slice(1) : marked;
  const found = scanJson(text);
  // The scan ends at its first find: before a text with a key twice is parsed, its depth is still to be looked at.
  const tooDeep = found?.code === 'DUPLICATE_KEY' ? scanJson(text, takingDuplicateKeys) : found;
  if (tooDeep !== null) throw RequestError.ofProblem(tooDeep);
  const json = parse(text, expected);
  if (found !== null && !takesDuplicateKeys(json)) throw RequestError.ofProblem(found);
  return json;
}

function parse(text: string, expected: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw RequestError.of('BODY_NOT_JSON', { value: preview((error as Error).message), expected });
  }
}
