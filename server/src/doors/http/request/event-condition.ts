// Handles ETag and If-Match: a change with If-Match is made only if the event is unchanged since it was read.

import type { StoredEvent } from '@anthracite/protocol';
import { preview } from '@anthracite/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WantedStates } from '../../../storage/event-change';
import { stateOf } from '../../../storage/event-state';
import { RequestError } from './request-error';

const maxHeaderChars = 4_096;
const etags = /^\s*(?:W\/)?"[^"]*"\s*(?:,\s*(?:W\/)?"[^"]*"\s*)*$/;

/** The value of `ETag` for an event. */
export function etagOf(event: StoredEvent): string {
  return `"${stateOf(event)}"`;
}

/** Adds the ETag of an event to an answer. */
export function sendEtag(reply: FastifyReply, event: StoredEvent): void {
  reply.header('ETag', etagOf(event));
}

/**
 * The states that `If-Match` allows; null when the header is missing or `*`. A weak ETag, as nginx makes them when it
 * compresses, counts too: it identifies the event, not the bytes of an answer. Throws a `RequestError` for a value that
 * is not an ETag.
 */
export function readIfMatch({ headers }: FastifyRequest): WantedStates {
  const value = headers['if-match'];
  if (value === undefined || value.trim() === '*') return null;
  if (value.length > maxHeaderChars || !etags.test(value)) {
    throw RequestError.of('BAD_IF_MATCH', { value: preview(value) });
  }
  return [...value.matchAll(/"([^"]*)"/g)].map(([, state = '']) => state);
}
