// Defines a message to a target about one event or span, before it gets a shape. Pure.

import type { SpanEntry } from '@anthracite/protocol/api';
import { contentKey } from '@anthracite/protocol/change';
import type { Event, StoredEvent } from '@anthracite/protocol/core';
import { spanToJson } from '../formats/span-json';
import type { TitledSpan } from '../formats/titled-span';

/** A span without its duration: that of an open span is another one at each attempt. */
export type SentSpan = Omit<SpanEntry, 'durationMs'>;

/** An event that was stored, edited, deleted or restored. */
export interface EventMessage {
  /** Equal for each attempt to send the message. */
  readonly id: string;
  readonly type: 'event.stored' | 'event.changed' | 'event.deleted' | 'event.restored';
  /** When it happened, in milliseconds since the epoch. */
  readonly at: number;
  /** The event; after a deletion, as it was before. */
  readonly event: StoredEvent;
  /** The event before an edit; otherwise null. */
  readonly before: StoredEvent | null;
}

/** A span that started, changed or ended, as it is now. */
export interface SpanMessage {
  readonly id: string;
  readonly type: 'span.opened' | 'span.changed' | 'span.resolved';
  readonly at: number;
  readonly span: SentSpan;
}

/** A span that no longer exists under its id, or is no longer selected. */
export interface GoneMessage {
  readonly id: string;
  readonly type: 'span.gone';
  readonly at: number;
  readonly spanId: number;
}

export type Message = EventMessage | SpanMessage | GoneMessage;

/** A change of an event, as the history has it. */
export interface EventChange {
  readonly id: number;
  readonly event: number;
  readonly at: number;
  readonly before: Event | null;
  readonly after: Event | null;
}

/** The message about a new event. */
export function storedMessage(event: StoredEvent): EventMessage {
  return { id: `evt_${event.id}`, type: 'event.stored', at: event.time, event, before: null };
}

/** The message about a change; null for a change without an event. */
export function changeMessage({ id, event: eventId, at, before, after }: EventChange): EventMessage | null {
  const shown = after ?? before;
  if (shown === null) return null;
  const type = after === null ? 'event.deleted' : before === null ? 'event.restored' : 'event.changed';
  return {
    id: `chg_${id}`,
    ...{ type, at },
    event: withId(eventId, shown),
    before: type === 'event.changed' && before !== null ? withId(eventId, before) : null,
  };
}

/** The message about a span. Equal states of a span have equal ids. */
export function spanMessage(span: TitledSpan): SpanMessage {
  const { durationMs: _, ...sent } = spanToJson(span, span.end ?? span.begin);
  const type = span.end !== null ? 'span.resolved' : span.markCount > 1 ? 'span.changed' : 'span.opened';
  const at = span.end ?? span.marks.at(-1)?.time ?? span.begin;
  return { id: `spn_${span.id}_${contentKey(JSON.stringify(sent))}`, type, at, span: sent };
}

/** The message about a span that is gone. */
export function goneMessage(spanId: number, at: number): GoneMessage {
  return { id: `gone_${spanId}`, type: 'span.gone', at, spanId };
}

/** An example that shows whether a target works. */
export function exampleMessage(target: string, now: number): EventMessage {
  const event: StoredEvent = {
    id: 0,
    time: now,
    type: 'test',
    tags: [`target=${target}`],
    description: `Test of the target ${target}\nIf you can read this, the target works. This event is not stored.`,
  };
  return { ...storedMessage(event), id: `test_${now}` };
}

/** One line about a message, for lists. */
export function titleOfMessage(message: Message): string {
  if (message.type === 'span.gone') return `span ${message.spanId}`;
  const { type, description } =
    'span' in message
      ? { type: message.span.type, description: message.span.title }
      : { type: message.event.type, description: message.event.description };
  return `${type} ${description.split('\n', 1)[0] ?? ''}`.slice(0, 200);
}

function withId(id: number, { time, type, tags, description }: Event): StoredEvent {
  return { id, time, type, tags, description };
}
