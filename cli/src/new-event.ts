// Makes the event that a command line asks for, or refuses it as the server would.

import { ClientError, checkEvent, type Event, parseSeries } from '@anthracite/protocol';

/** An event; the type may have its tags behind it, as on a line. Throws a `ClientError` REFUSED. */
export function newEvent(time: number, type: string, tags: readonly string[], description: string): Event {
  const series = parseSeries(type);
  if (!series.ok) throw refusalOf(series.problem.message);
  const event = checkEvent({
    time,
    type: series.value.type,
    tags: [...series.value.tags, ...tags],
    description,
  });
  if (!event.ok) throw refusalOf(event.problem.message);
  return event.value;
}

/** The error for what is refused before it is sent. */
export function refusalOf(cause: string): ClientError {
  return ClientError.of('REFUSED', { cause });
}
