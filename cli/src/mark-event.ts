// Builds the event that marks the detection, an update or the end of a span. Pure.

import {
  type Event,
  keyTagOf,
  printable,
  type SpanEntry,
  spellDuration,
  withSeverity,
} from '@anthracite/protocol';
import { UsageError } from './exit-codes';
import { type MarkDetails, readMarkTags } from './mark-options';
import { newEvent } from './new-event';

export type Marking = 'detected' | 'resolved' | 'update';

/** All of them. */
export const markings: readonly Marking[] = ['detected', 'resolved', 'update'];

/** The mark of a span. Throws a `UsageError` if it would be before the start, or is a mark that the span cannot have. */
export function markOf(
  span: SpanEntry,
  marking: Marking,
  time: number,
  text: string,
  details: MarkDetails,
): Event {
  if (time < span.begin)
    throw new UsageError(
      `${nameOfSpan(span)} started ${spellDuration(span.begin - time)} after this time; give a later --at`,
    );
  if (marking === 'update' && (span.key === null || span.scale === 'other'))
    throw new UsageError(
      `${nameOfSpan(span)} cannot have updates; only incidents and gains with a key have them`,
    );
  const keyTag = keyTagOf(span.tags);
  const tags = [...(keyTag === null ? [] : [keyTag]), ...readMarkTags(details)];
  return newEvent(
    time,
    typeOf(span, marking, details),
    tags,
    text || `${wordOf(span, marking)}: ${span.title}`,
  );
}

/** The word for a mark: incidents are resolved, other spans end. */
export const wordOf = ({ scale }: SpanEntry, marking: Marking): string =>
  marking === 'update' ? 'updated' : marking === 'resolved' && scale !== 'incident' ? 'ended' : marking;

/** The name of a span: its stem and key. */
export const nameOfSpan = ({ type, key }: SpanEntry): string =>
  printable(key === null ? type : `${type} ${key}`);

// Keeps the current severity, because a mark with another one would change it. Without a key, the stem pairs the marks.
function typeOf(span: SpanEntry, marking: Marking, { severity }: MarkDetails): string {
  const ending = marking === 'resolved' && span.scale !== 'incident' ? 'end' : marking;
  const now = severity ?? span.levels.at(-1)?.severity ?? null;
  const stem = withSeverity(span.type, now);
  if (severity !== undefined && stem === null)
    throw new UsageError(
      `--severity works only with incident, outage and gain; ${nameOfSpan(span)} has no severity`,
    );
  if (severity !== undefined && span.key === null && stem !== span.type)
    throw new UsageError(
      `${nameOfSpan(span)} has no key, so its severity cannot change: a mark with another stem would not belong to it`,
    );
  return `${span.key === null ? span.type : (stem ?? span.type)}_${ending}`;
}
