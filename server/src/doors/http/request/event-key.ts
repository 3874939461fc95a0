// Reads the header Idempotency-Key, by which a sender identifies its event, and determines the key's source.

import { isUtf8 } from 'node:buffer';
import { checkEventKey, isSkipped, type KeyedEvent, preview, succeeded } from '@anthracite/protocol';
import type { FastifyRequest } from 'fastify';
import type { EventKey } from '../../../storage/event-batch';
import type { EventBody } from './event-body';
import { RequestError } from './request-error';

// A string of structured fields, as in the draft of the header. Most clients send the bare text.
const quoted = /^"(?:[^"\\]|\\["\\])*"$/;

/** The header `Idempotency-Key`, without its quotes; null when it is missing. Throws a `RequestError` for an invalid key. */
export function readKeyHeader({ raw }: Pick<FastifyRequest, 'raw'>): string | null {
  const values = raw.headersDistinct['idempotency-key'] ?? [];
  const [value] = values;
  if (value === undefined) return null;
  if (values.length > 1) throw RequestError.of('NOT_ONE_KEY', { value: values.length });
  const bytes = Buffer.from(value, 'latin1');
  if (!isUtf8(bytes)) throw RequestError.of('KEY_NOT_UTF8', { value: preview(value) });
  const text = bytes.toString('utf8');
  const checked = checkEventKey(quoted.test(text) ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text);
  if (!checked.ok) throw RequestError.ofProblem(checked.problem);
  return checked.value;
}

/** Combines a key with its sender, so that a token cannot use the keys of another token. */
export function keyOf({ token }: Pick<FastifyRequest, 'token'>, key: string | null): EventKey | null {
  return key === null ? null : { source: token?.name ?? '', key };
}

/**
 * The body, with the key of the header assigned to its event. Throws a `RequestError` when the body does not have
 * exactly one event, or when the event has a different key in its field.
 */
export function withKeyOfHeader(body: EventBody, header: string | null): EventBody {
  if (header === null) return body;
  const bind = <E extends KeyedEvent>(item: E): E => {
    if (item.key === null || item.key === header) return { ...item, key: header };
    throw RequestError.of('KEYS_DIFFER', { value: preview(header), key: preview(item.key) });
  };
  switch (body.shape) {
    case 'graphite':
    case 'event':
      return bind(body);
    case 'lines':
      refuseOthersThanOne(countLines(body.block));
      return { ...body, key: header };
    case 'array':
    case 'json-lines':
      refuseOthersThanOne(body.items.filter((item) => item !== null).length);
      return { ...body, items: body.items.map((item) => (item?.ok ? succeeded(bind(item.value)) : item)) };
  }
}

function refuseOthersThanOne(count: number): void {
  if (count !== 1) throw RequestError.of('KEY_NEEDS_ONE_EVENT', { count });
}

function countLines(block: Buffer): number {
  const lines = block.toString('latin1').split('\n');
  return lines.filter((line) => !isSkipped(line.replace(/\r$/, ''))).length;
}
