// Builds the event of a command line, or refuses it by the same rules as the server.

import { ClientError, checkEvent, type Event, parseSeries } from '@anthracite/protocol';
import { UsageError } from './exit-codes';

/** An event; the type may include tags, as in a line. Throws a `UsageError` if it is not valid. */
export function newEvent(time: number, type: string, tags: readonly string[], description: string): Event {
  const series = parseSeries(type);
  if (!series.ok) throw new UsageError(series.problem.message);
  const event = checkEvent({
    time,
    type: series.value.type,
    tags: [...series.value.tags, ...tags],
    description,
  });
  if (!event.ok) throw new UsageError(event.problem.message);
  return event.value;
}

/** The error for an event that is refused before it is sent. */
export function refusalOf(cause: string): ClientError {
  return ClientError.of('REFUSED', { cause });
}
