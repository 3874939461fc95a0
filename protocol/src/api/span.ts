// API schemas: spans and their marks.

import { drawnEventSchema, scaleSchema, severitySchema } from './event';
import {
  instant,
  list,
  nullable,
  numeric,
  object,
  oneOf,
  optional,
  text,
  truth,
  type Wire,
  whole,
} from './schema';

const impactSchema = nullable(numeric('0 to 100'));

export const spanProblemSchema = oneOf([
  'no_start',
  'doubled_start',
  'doubled_detected',
  'doubled_end',
  'detected_before_start',
  'detected_after_end',
  'end_before_start',
  'reopened',
  'bad_severity',
  'bad_impact',
  'bad_origin',
]);

const levelSchema = object('SpanLevel', 'The severity and impact of a span from an instant on.', {
  time: instant(),
  severity: nullable(severitySchema),
  impact: impactSchema,
});

const markSchema = object('SpanMark', 'An event that marks a span.', {
  id: whole(),
  time: instant(),
  type: text(),
  role: oneOf(['start', 'detected', 'end']),
});

export const spanSchema = object('Span', 'A span. An open span lasts until now.', {
  id: whole('id of its start mark, or of its first mark if it has no start mark'),
  type: text('the stem: the type of that mark without its suffix'),
  key: nullable(text()),
  scale: scaleSchema,
  severity: nullable(severitySchema),
  impact: impactSchema,
  origin: nullable(oneOf(['self', 'external'])),
  title: text(),
  begin: instant('its start, or its first mark if it has no start mark, in milliseconds since the epoch'),
  start: nullable(instant()),
  detected: nullable(instant()),
  end: nullable(instant('milliseconds since the epoch; null while the span is open')),
  isOpen: truth(),
  durationMs: whole(),
  levels: list(levelSchema),
  problems: list(spanProblemSchema),
  tags: list(text()),
  marks: list(markSchema),
  moreMarks: whole('number of marks that are not listed'),
});
export type SpanEntry = Wire<typeof spanSchema>;

export const spanPageSchema = object('SpanPage', 'A page of spans, ordered by `begin`.', {
  spans: list(spanSchema),
  truncated: truth('true if there are more spans'),
  next: optional(text('value of the parameter `after` for the next page')),
});
export type SpanPage = Wire<typeof spanPageSchema>;

export const drawnSpanSchema = object('DrawnSpan', 'A span as graphs draw it.', {
  ...spanSchema.fields,
  markTitles: list(text(), 'titles of the first marks'),
});
export type DrawnSpan = Wire<typeof drawnSpanSchema>;

export const timelineSchema = object('Timeline', 'Events and spans of a range.', {
  events: list(drawnEventSchema),
  eventsTruncated: truth(),
  spans: list(drawnSpanSchema),
  spansTruncated: truth(),
});
export type TimelineAnswer = Wire<typeof timelineSchema>;
