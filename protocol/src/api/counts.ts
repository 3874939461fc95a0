// API schemas: counts of events.

import {
  instant,
  isoTime,
  list,
  nullable,
  object,
  optional,
  pair,
  text,
  truth,
  type Wire,
  whole,
} from './schema';

const seriesSchema = object('CountSeries', 'The counts of one series.', {
  name: text('the type or the value of the tag that the series counts; empty for events without the tag'),
  total: whole('number of events in the series'),
  points: list(
    pair(instant('start of the interval, in milliseconds since the epoch'), whole()),
    'for each interval, its start in milliseconds since the epoch and the number of events in it; intervals without events are omitted',
  ),
});
export type CountSeries = Wire<typeof seriesSchema>;

export const countsSchema = object('Counts', 'Counts of events by interval.', {
  from: isoTime('start of the range'),
  until: isoTime('end of the range'),
  interval: text('length of an interval, as requested'),
  by: nullable(text('`type`, or the key of a tag; null if all events are in one series')),
  series: list(seriesSchema, 'the series, at most `limit`: those with the most events'),
  truncated: truth('true if there are more series than `limit`'),
  others: optional(whole('number of events in the omitted series')),
});
export type CountsAnswer = Wire<typeof countsSchema>;
