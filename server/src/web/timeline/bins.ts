// The intervals by which the timeline counts, and where each begins on the clocks of a zone. Pure: runs on the server and in
// the browser, which has no library of time zones.

import { shownAt } from '../instant';

/** From an instant up to another, in milliseconds since the epoch. */
export interface TimeRange {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** An interval of a histogram, and how many events lie in it. */
export interface Bin extends TimeRange {
  readonly count: number;
}

/** The begin of an interval and its count, as `GET /events/counts` has them; those without events are left out. */
export type Point = readonly [time: number, count: number];

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

// How an interval is asked for, and how long it is; those of the calendar about so.
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

/** The shortest interval that divides a range into about `most` parts or fewer; years where none does. */
export function intervalFor({ fromMs, untilMs }: TimeRange, most: number): BinInterval {
  const fitting = intervals.find(([, length]) => (untilMs - fromMs) / length <= most);
  return fitting === undefined ? '1y' : fitting[0];
}

/** All intervals that touch a range, with their counts; the empty ones too. */
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

/** The intervals that have events, in order: however many others lie between them, they cost nothing. */
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

/** Where an interval that begins at `start` ends. */
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

/** How many milliseconds the clocks of a zone are ahead of UTC. */
export function offsetAt(time: number, zone: string): number {
  return shownAt(time, zone) - Math.floor(time / 1_000) * 1_000;
}

// The instant at which the clocks show a time, counted as if it were UTC.
function instantOf(shown: number, zone: string): number {
  const near = shown - offsetAt(shown, zone);
  return shown - offsetAt(near, zone);
}
