// What a message comes to: an event, or a word about why there is none. Pure.

import type { Event } from '@anthracite/protocol';
import type { MappingOptions } from './options';
import { eventOfRun } from './run-event';
import { parseMessage } from './run-message';

/** The event of a message, or what it was instead. */
export type Mapped =
  | { readonly outcome: 'event'; readonly event: Event }
  | { readonly outcome: 'no_event' | 'run_start' | 'other' }
  | { readonly outcome: 'unreadable'; readonly why: string };

/** Maps the body of a request to a data collector. Never throws. */
export function mapMessage(body: Uint8Array, options: MappingOptions): Mapped {
  const message = parseMessage(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'));
  if (message === null) return { outcome: 'unreadable', why: 'it is no JSON object, or has no time' };
  if (message.kind !== 'run') return { outcome: message.kind };
  const event = eventOfRun(message.run, options);
  return event === null ? { outcome: 'no_event' } : { outcome: 'event', event };
}
