// Names what an event is at the moment, so that whoever changes it can say what the change was made for.

import { createHash } from 'node:crypto';
import { type Event, formatLine } from '@anthracite/protocol/core';

const chars = 16;

/** A short text that is another one for every other event, and the same for the same event; of `A-Z a-z 0-9 _ -`. */
export function stateOf(event: Event): string {
  return createHash('sha256').update(formatLine(event)).digest('base64url').slice(0, chars);
}
