// Reads submitted forms. Independent of their fields.

import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { mediaTypeOf, refuseCharset, refuseMediaType } from './media-type';
import { RequestError } from './request-error';

/** The fields of a form, in the order in which they came. */
export class FormFields {
  readonly #pairs: readonly (readonly [name: string, value: string])[];

  constructor(pairs: readonly (readonly [name: string, value: string])[]) {
    this.#pairs = pairs;
  }

  /**
   * The value of a field, with `
   * ` as its line breaks; `''` when it is missing.
   */
  text(name: string): string {
    const value = this.#pairs.find(([one]) => one === name)?.[1] ?? '';
    return value.replace(/\r\n?/g, '\n');
  }

  /** All values of a field, in order. */
  all(name: string): readonly string[] {
    return this.#pairs.flatMap(([one, value]) => (one === name ? [value] : []));
  }

  /** Field -> values, in the shape of a parsed query string. Linear in the number of fields. */
  toQuery(): Readonly<Record<string, readonly string[]>> {
    const values: Record<string, string[]> = Object.create(null);
    for (const [name, value] of this.#pairs) {
      const known = values[name];
      if (known !== undefined) known.push(value);
      else if (name !== '') values[name] = [value];
    }
    return values;
  }

  /** True when a field was sent, even if it is empty. */
  has(name: string): boolean {
    return this.#pairs.some(([one]) => one === name);
  }
}

/** The media type of forms as browsers and curl send them. */
export const urlencodedType = 'application/x-www-form-urlencoded';
const multipartType = 'multipart/form-data';

/** True for the media types of forms. */
export function isFormType(type: string): boolean {
  return type === urlencodedType || type === multipartType;
}

/** Reads the form of a request. Throws a `RequestError` for a body that is not a form, or not UTF-8. */
export function parseFormBody({ body, headers }: Pick<FastifyRequest, 'body' | 'headers'>): FormFields {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const contentType = headers['content-type'];
  const type = mediaTypeOf(contentType);
  if (type !== '' && type !== urlencodedType) refuseMediaType(type, urlencodedType);
  refuseCharset(contentType, bytes);
  if (!isUtf8(bytes)) throw RequestError.of('BODY_NOT_UTF8');
  return parsePairs(bytes.toString('utf8'));
}

/** Reads a form, including multipart forms, as `curl -F` sends them. Files count as text. */
export async function parseAnyFormBody(
  request: Pick<FastifyRequest, 'body' | 'headers'>,
): Promise<FormFields> {
  const contentType = request.headers['content-type'];
  if (mediaTypeOf(contentType) !== multipartType) return parseFormBody(request);
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (!isUtf8(bytes)) throw RequestError.of('BODY_NOT_UTF8');
  const headers = { 'content-type': contentType ?? '' };
  const fields = await new Response(new Uint8Array(bytes), { headers }).formData().catch(() => {
    throw RequestError.of('BODY_NOT_FORM', { value: multipartType });
  });
  const pairs = [...fields].map(
    async ([name, value]): Promise<[string, string]> => [
      name,
      typeof value === 'string' ? value : await value.text(),
    ],
  );
  return new FormFields(await Promise.all(pairs));
}

function parsePairs(text: string): FormFields {
  try {
    return new FormFields(
      text.split('&').map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [decode(name), decode(value.join('='))] as const;
      }),
    );
  } catch {
    // Percent-encoded bytes that are not UTF-8 are refused, never repaired.
    throw RequestError.of('BODY_NOT_UTF8');
  }
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
