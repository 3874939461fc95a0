// The list of events that a live view shows, with the messages of the server's stream applied. Pure.

import type { DrawnEvent } from '@anthracite/protocol';
import {
  describeGroup,
  type GroupedEvent,
  parseScale,
  type ServerMessage,
} from '@anthracite/protocol/browser';
import type { CompleteQuery } from '../query/query';
import { filterParameters, type RequestParameters } from '../request/parameters';

// As in the server's answers for graphs.
const maxDrawnChars = 10_000;

/** The parameters of the stream: events of any time since the start of the range. */
export function streamParameters(query: CompleteQuery, fromMs: number): RequestParameters {
  return {
    ...filterParameters(query, { fromMs, untilMs: fromMs }),
    until: '',
    group: query.groupBy,
    window: query.groupBy === '' ? '' : query.groupWindow,
  };
}

/** True if the list must be loaded again: the stream starts, an event was changed or deleted, or the database was replaced. */
export function mustReload(messages: readonly ServerMessage[], isFirst: boolean): boolean {
  return isFirst || messages.some(({ event }) => event === 'change' || event === 'reset');
}

/** The newest `limit` events of a list and of new messages, newest first. A group that grew replaces its previous version. */
export function withMessages(
  events: readonly DrawnEvent[],
  messages: readonly ServerMessage[],
  limit: number,
): readonly DrawnEvent[] {
  const arrived = messages
    .filter(({ event }) => event === 'event')
    .map(({ data }) => drawn(JSON.parse(data)));
  if (arrived.length === 0) return events;
  const byId = new Map([...events, ...arrived].map((event) => [event.id, event]));
  return [...byId.values()].sort((a, b) => b.time - a.time || b.id - a.id).slice(0, limit);
}

function drawn({ description, group, ...event }: GroupedEvent): DrawnEvent {
  const isCut = description.length > maxDrawnChars;
  return {
    ...event,
    ...parseScale(event.type, event.tags),
    description: isCut ? description.slice(0, maxDrawnChars).replace(/[\ud800-\udbff]$/, '') : description,
    isCut,
    ...(group && { group: { ...group, summary: describeGroup(group) } }),
  };
}
