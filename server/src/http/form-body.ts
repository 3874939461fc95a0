// Reads what a form of ours sends. Knows no field.

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

  /** The value of a field, with line breaks as we have them; `''` where it was not sent. */
  text(name: string): string {
    const value = this.#pairs.find(([one]) => one === name)?.[1] ?? '';
    return value.replace(/\r\n?/g, '\n');
  }

  /** True where a field was sent, be it empty. */
  has(name: string): boolean {
    return this.#pairs.some(([one]) => one === name);
  }
}

const formType = 'application/x-www-form-urlencoded';

/** Reads the form that a request sends. Throws a `RequestError` for what is no form, or not UTF-8. */
export function parseFormBody({ body, headers }: Pick<FastifyRequest, 'body' | 'headers'>): FormFields {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const contentType = headers['content-type'];
  const type = mediaTypeOf(contentType);
  if (type !== '' && type !== formType) refuseMediaType(type, formType);
  refuseCharset(contentType, bytes);
  if (!isUtf8(bytes)) throw RequestError.of('BODY_NOT_UTF8');
  const pairs = bytes.toString('utf8').split('&');
  try {
    return new FormFields(
      pairs.map((pair) => {
        const [name = '', ...value] = pair.split('=');
        return [decode(name), decode(value.join('='))] as const;
      }),
    );
  } catch {
    // What is no UTF-8 behind its percent signs is refused, and never repaired.
    throw RequestError.of('BODY_NOT_UTF8');
  }
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '));
}
