// Maps a message to its event, or to the reason why it has no event. Pure.

import type { Event } from '@anthracite/protocol';
import type { HostRun } from '@anthracite/protocol/change';
import type { MappingOptions } from './options';
import { mapRun } from './run-event';
import { parseMessage } from './run-message';

/** The result of mapping a message. */
export type Mapped =
  | { readonly outcome: 'event'; readonly event: Event; readonly run: HostRun | null }
  | { readonly outcome: 'no_event'; readonly run: HostRun | null }
  | { readonly outcome: 'run_start' | 'other' }
  | { readonly outcome: 'unreadable'; readonly why: string };

/** Maps the body of a request to a data collector. Never throws. */
export function mapMessage(body: Uint8Array, options: MappingOptions): Mapped {
  const message = parseMessage(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'));
  if (message === null) return { outcome: 'unreadable', why: 'it is not a JSON object, or has no time' };
  if (message.kind !== 'run') return { outcome: message.kind };
  const { event, run } = mapRun(message.run, options);
  return event === null ? { outcome: 'no_event', run } : { outcome: 'event', event, run };
}
