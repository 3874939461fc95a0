// The intervals by which the timeline counts, and their starts in a time zone. Pure: runs on the server and in the browser, without a
// time zone library.

import type { EventKind } from '../event-kinds';
import { shownAt } from '../zone-clock';

/** A range of time in milliseconds since the epoch; the end is not included. */
export interface TimeRange {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** An interval of a histogram, with its number of events. */
export interface Bin extends TimeRange {
  readonly count: number;
  /** Its events by kind, if the bars are stacked. */
  readonly parts?: readonly { readonly kind: EventKind; readonly count: number }[];
}

/** The start of an interval and its count, as in `GET /events/counts`; empty intervals are omitted. */
export type Point = readonly [time: number, count: number];

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

// The name of an interval in the API and its length; approximate for intervals of the calendar.
const intervals = [
  ['1s', 1_000],
  ['5s', 5_000],
  ['15s', 15_000],
  ['1min', minute],
  ['5min', 5 * minute],
  ['15min', 15 * minute],
  ['1h', hour],
  ['3h', 3 * hour],
  ['6h', 6 * hour],
  ['1d', day],
  ['1w', 7 * day],
  ['1mon', 30.5 * day],
  ['1q', 91.3 * day],
  ['1y', 365.25 * day],
] as const;

export type BinInterval = (typeof intervals)[number][0];

/** The shortest interval that divides a range into at most about `most` parts; years if every interval is too short. */
export function intervalFor({ fromMs, untilMs }: TimeRange, most: number): BinInterval {
  const fitting = intervals.find(([, length]) => (untilMs - fromMs) / length <= most);
  return fitting === undefined ? '1y' : fitting[0];
}

/** All intervals that touch a range, with their counts, including empty intervals. */
export function binsOf(
  range: TimeRange,
  interval: BinInterval,
  points: readonly Point[],
  zone: string,
): readonly Bin[] {
  const edges = edgesOf(range, interval, zone);
  const counts = edges.map(() => 0);
  let place = 0;
  for (const [time, count] of [...points].sort(([one], [other]) => one - other)) {
    while (place < edges.length - 2 && time >= (edges[place + 1] as number)) place++;
    counts[place] = (counts[place] ?? 0) + count;
  }
  return edges.slice(0, -1).map((fromMs, i) => ({
    fromMs,
    untilMs: edges[i + 1] as number,
    count: counts[i] as number,
  }));
}

/** The intervals with events, in order. Empty intervals between them take no time. */
export function filledBins(interval: BinInterval, points: readonly Point[], zone: string): readonly Bin[] {
  const counts = new Map<number, number>();
  for (const [time, count] of points) counts.set(time, (counts.get(time) ?? 0) + count);
  return [...counts]
    .sort(([one], [other]) => one - other)
    .map(([fromMs, count]) => ({ fromMs, untilMs: endOf(fromMs, interval, zone), count }));
}

const maxEdges = 10_000;

function edgesOf({ fromMs, untilMs }: TimeRange, interval: BinInterval, zone: string): number[] {
  const edges = [firstEdge(fromMs, interval, zone)];
  do edges.push(endOf(edges.at(-1) as number, interval, zone));
  while ((edges.at(-1) as number) < untilMs && edges.length < maxEdges);
  return edges;
}

function firstEdge(time: number, interval: BinInterval, zone: string): number {
  if (!isOfCalendar(interval)) {
    const length = lengthOf(interval);
    return Math.floor(time / length) * length;
  }
  const shown = new Date(time + offsetAt(time, zone));
  shown.setUTCHours(0, 0, 0, 0);
  if (interval === '1w') shown.setUTCDate(shown.getUTCDate() - ((shown.getUTCDay() + 6) % 7));
  if (interval === '1mon' || interval === '1q' || interval === '1y') shown.setUTCDate(1);
  if (interval === '1q') shown.setUTCMonth(shown.getUTCMonth() - (shown.getUTCMonth() % 3));
  if (interval === '1y') shown.setUTCMonth(0);
  return instantOf(shown.getTime(), zone);
}

/** The end of the interval that starts at `start`. */
export function endOf(start: number, interval: BinInterval, zone: string): number {
  if (!isOfCalendar(interval)) return start + lengthOf(interval);
  const shown = new Date(start + offsetAt(start, zone));
  if (interval === '1d') shown.setUTCDate(shown.getUTCDate() + 1);
  else if (interval === '1w') shown.setUTCDate(shown.getUTCDate() + 7);
  else shown.setUTCMonth(shown.getUTCMonth() + { '1mon': 1, '1q': 3, '1y': 12 }[interval as '1mon']);
  return instantOf(shown.getTime(), zone);
}

const isOfCalendar = (interval: BinInterval): boolean => lengthOf(interval) >= day;

function lengthOf(interval: BinInterval): number {
  return intervals.find(([name]) => name === interval)?.[1] ?? day;
}

/** The offset of a time zone from UTC at an instant, in milliseconds. */
export function offsetAt(time: number, zone: string): number {
  return shownAt(time, zone) - Math.floor(time / 1_000) * 1_000;
}

// The instant of a local time that is given as if it were UTC.
function instantOf(shown: number, zone: string): number {
  const near = shown - offsetAt(shown, zone);
  return shown - offsetAt(near, zone);
}
