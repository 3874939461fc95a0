// ETag and If-Match: a change that is made only as long as the event is what it was when it was read.

import type { StoredEvent } from '@anthracite/protocol';
import { preview } from '@anthracite/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { stateOf } from '../store/event-state';
import type { WantedStates } from '../store/event-store';
import { RequestError } from './request-error';

const maxHeaderChars = 4_096;
const etags = /^\s*(?:W\/)?"[^"]*"\s*(?:,\s*(?:W\/)?"[^"]*"\s*)*$/;

/** The value of `ETag` for an event. */
export function etagOf(event: StoredEvent): string {
  return `"${stateOf(event)}"`;
}

/** Says with an answer what the event is. */
export function sendEtag(reply: FastifyReply, event: StoredEvent): void {
  reply.header('ETag', etagOf(event));
}

/**
 * The states that `If-Match` wants; null where it wants none, or any. An ETag that a proxy made weak, as nginx does when it
 * compresses, counts as well: it names the event, and not the bytes of an answer. Throws a `RequestError` for what is no ETag.
 */
export function readIfMatch({ headers }: FastifyRequest): WantedStates {
  const value = headers['if-match'];
  if (value === undefined || value.trim() === '*') return null;
  if (value.length > maxHeaderChars || !etags.test(value)) {
    throw RequestError.of('BAD_IF_MATCH', { value: preview(value) });
  }
  return [...value.matchAll(/"([^"]*)"/g)].map(([, state = '']) => state);
}
