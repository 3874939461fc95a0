// Computes a name for the current state of an event, so that a client can make its change conditional on it.

import { createHash } from 'node:crypto';
import { type Event, formatLine } from '@anthracite/protocol/core';

const chars = 16;

/** A short text that is equal for equal events, and different for all others; of `A-Z a-z 0-9 _ -`. */
export function stateOf(event: Event): string {
  return createHash('sha256').update(formatLine(event)).digest('base64url').slice(0, chars);
}
