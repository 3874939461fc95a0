// Events, changes and spans for the tests of suspects. Times are in minutes.

import { type Mark, pairMarks, parseMark, type Span } from '@anthracite/protocol';
import type { Change, ChangeEvent } from '../../src/suspects/change';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** An event as an input of changes. */
export function eventAt(id: number, minutes: number, type: string, ...tags: string[]): ChangeEvent {
  return { id, time: minutes * minute, type, tags };
}

/** A change of one event. */
export function changeAt(id: number, minutes: number, type: string, ...tags: string[]): Change {
  const event = eventAt(id, minutes, type, ...tags);
  return { type, events: [event], begin: event.time, end: event.time, tags, span: null };
}

/** An open span of a stem. Its id depends on its time. */
export function spanAt(minutes: number, stem: string, ...tags: string[]): Span {
  return spanOf([[1_000_000 + minutes, minutes, `${stem}_start`, ...tags]]);
}

/** The span of some marks: id, minutes, type and tags. */
export function spanOf(
  given: readonly (readonly [id: number, minutes: number, type: string, ...tags: string[]])[],
): Span {
  const marks = given.map(([id, minutes, type, ...tags]): Mark => {
    const meaning = parseMark(type, tags);
    if (meaning === null) throw new Error(`${type} is not a mark`);
    return { id, time: minutes * minute, type, tags, meaning };
  });
  return pairMarks(marks)[0] as Span;
}
