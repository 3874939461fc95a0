// Writes spans as JSON. Times are milliseconds since the epoch, as in our own JSON of events.

import type { DrawnSpan, SpanEntry } from '@anthracite/protocol';
import type { TitledSpan } from './titled-span';

// If the severity of a span changed more often, the list is truncated; the marks contain the rest.
const maxListedLevels = 100;

/** A span as JSON. An open span lasts until now. */
export function spanToJson(span: TitledSpan, now: number): SpanEntry {
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

/** A span with the titles of its marks, for graphs. */
export function spanToDrawing(span: TitledSpan, now: number): DrawnSpan {
  return { ...spanToJson(span, now), markTitles: span.markTitles ?? [] };
}
