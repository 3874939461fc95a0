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
  name: text(),
  total: whole(),
  points: list(
    pair(instant('start of the interval, in milliseconds since the epoch'), whole()),
    'intervals without events are omitted',
  ),
});
export type CountSeries = Wire<typeof seriesSchema>;

export const countsSchema = object('Counts', 'Counts of events by interval.', {
  from: isoTime(),
  until: isoTime(),
  interval: text(),
  by: nullable(text()),
  series: list(seriesSchema),
  truncated: truth(),
  others: optional(whole('number of events in omitted series')),
});
export type CountsAnswer = Wire<typeof countsSchema>;
