// Spans as JSON. Times are milliseconds since the epoch, as in the events' own JSON.

import type { TitledSpan } from './titled-span';

// Of a span whose severity changed more often the rest is cut; its marks say the same.
const maxListedLevels = 100;

/** A span as JSON has it. One that is open lasts until now. */
export function spanToJson(span: TitledSpan, now: number): Readonly<Record<string, unknown>> {
  const { id, type, key, scale, severity, impact, origin, title, begin, start, detected, end } = span;
  const { levels, problems, tags, marks, markCount } = span;
  return {
    id,
    type,
    key,
    scale,
    severity,
    impact,
    origin,
    title,
    begin,
    start,
    detected,
    end,
    isOpen: end === null,
    durationMs: Math.max(0, (end ?? now) - begin),
    levels: levels.slice(0, maxListedLevels),
    problems,
    tags,
    marks,
    moreMarks: markCount - marks.length,
  };
}
