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

const impactSchema = nullable(numeric('percentage of users or traffic affected, 0 to 100; null if not set'));

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

const levelSchema = object('SpanLevel', 'The severity and impact of a span, starting at an instant.', {
  time: instant('when this severity and impact start, in milliseconds since the epoch'),
  severity: nullable(severitySchema),
  impact: impactSchema,
});

const markSchema = object('SpanMark', 'An event that marks a span.', {
  id: whole('id of the event'),
  time: instant('when the event happened, in milliseconds since the epoch'),
  type: text('type of the event'),
  role: oneOf(['start', 'detected', 'update', 'end'], 'what the event marks'),
});

export const spanSchema = object('Span', 'A span. An open span lasts until now.', {
  id: whole('id of the start mark of the span, or of the first mark if there is no start mark'),
  type: text(
    'the stem of the span: the type of its start mark or first mark without the ending, such as `incident_sev2`',
  ),
  key: nullable(text('the span key; null without a key')),
  scale: scaleSchema,
  severity: nullable(severitySchema),
  impact: impactSchema,
  origin: nullable(oneOf(['self', 'external'], 'who caused the span; null if not known')),
  title: text('title of the start mark, or of the first mark if there is no start mark'),
  begin: instant(
    'time of the start mark, or of the first mark if there is no start mark, in milliseconds since the epoch',
  ),
  start: nullable(
    instant('time of the start mark, in milliseconds since the epoch; null without a start mark'),
  ),
  detected: nullable(
    instant('time of the detection mark, in milliseconds since the epoch; null without a detection mark'),
  ),
  end: nullable(
    instant('time of the end mark, in milliseconds since the epoch; null while the span is open'),
  ),
  isOpen: truth('true if the span has no end'),
  durationMs: whole(
    'time from `begin` to the end of the span, or to now while the span is open, in milliseconds',
  ),
  levels: list(levelSchema, 'the severity and impact of the span over time'),
  problems: list(spanProblemSchema, 'inconsistencies of the marks of the span, see docs/spans.md'),
  tags: list(text(), 'the tags of the marks of the span'),
  marks: list(markSchema, 'the first hundred marks of the span'),
  moreMarks: whole('number of marks that `marks` does not list'),
});
export type SpanEntry = Wire<typeof spanSchema>;

export const spanPageSchema = object('SpanPage', 'A page of spans, ordered by `begin`.', {
  spans: list(spanSchema, 'the spans'),
  truncated: truth('true if more spans match than the page has'),
  next: optional(text('value of the parameter `after` for the next page')),
});
export type SpanPage = Wire<typeof spanPageSchema>;

export const drawnSpanSchema = object('DrawnSpan', 'A span with the data that graphs need to draw it.', {
  ...spanSchema.fields,
  markTitles: list(text(), 'titles of the first ten marks of the span'),
});
export type DrawnSpan = Wire<typeof drawnSpanSchema>;

export const timelineSchema = object('Timeline', 'Events and spans of a range.', {
  events: list(drawnEventSchema, 'the events'),
  eventsTruncated: truth('true if more events match than the page has'),
  spans: list(drawnSpanSchema, 'the spans'),
  spansTruncated: truth('true if more spans match than the page has'),
});
export type TimelineAnswer = Wire<typeof timelineSchema>;
