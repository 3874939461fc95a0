// Parses JSON bodies. Independent of their fields.

import { isUtf8 } from 'node:buffer';
import { preview, scanJson, strictJson } from '@anthracite/protocol';
import { mayBeJson, mediaTypeOf, refuseCharset, refuseMediaType } from './media-type';
import { RequestError } from './request-error';

const takingDuplicateKeys = { ...strictJson, takesDuplicateKeys: true };
const byteOrderMark = '\ufeff';

/**
 * The value of a body. Throws a `RequestError` for another content type, for invalid UTF-8 or JSON, for deep nesting,
 * and for duplicate keys; `expected` names the expected body in its sentence.
 */
export function parseJsonBody(body: Buffer, contentType: string | undefined, expected: string): unknown {
  const type = mediaTypeOf(contentType);
  if (!mayBeJson(type)) refuseMediaType(type, 'application/json');
  refuseCharset(contentType, body);
  return parseJson(body, expected);
}

/** Parses bytes whose type is known. If `takesDuplicateKeys` is true for the value, the last of equal keys wins. */
export function parseJson(
  body: Buffer,
  expected: string,
  takesDuplicateKeys: (json: unknown) => boolean = () => false,
): unknown {
  if (!isUtf8(body)) throw RequestError.of('BODY_NOT_UTF8');
  const marked = body.toString('utf8');
  const text = marked.startsWith(byteOrderMark) ? marked.slice(1) : marked;
  const found = scanJson(text);
  // The scan ends at its first finding: before a text with duplicate keys is parsed, its depth must be checked too.
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
