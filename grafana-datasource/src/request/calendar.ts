// The starts of calendar intervals in a time zone. Pure, with the browser's time zone data.

import type { TimeRangeMs } from './parameters';

const dayMs = 86_400_000;

/** A local time of a clock, as if it were UTC; milliseconds since the epoch. */
type WallTime = number;
type Bounds = readonly [first: WallTime, next: WallTime];

const { UTC } = Date;
const boundsOf: Readonly<
  Record<string, (year: number, month: number, day: number, weekday: number) => Bounds>
> = {
  '1d': (year, month, day) => [UTC(year, month, day), UTC(year, month, day + 1)],
  // From Monday.
  '1w': (year, month, day, weekday) => {
    const monday = day - ((weekday + 6) % 7);
    return [UTC(year, month, monday), UTC(year, month, monday + 7)];
  },
  '1mon': (year, month) => [UTC(year, month), UTC(year, month + 1)],
  '1q': (year, month) => [UTC(year, month - (month % 3)), UTC(year, month - (month % 3) + 3)],
  '1y': (year) => [UTC(year, 0), UTC(year + 1, 0)],
};

/**
 * The starts of the calendar intervals of a range, in milliseconds: first that of the interval in which the range begins. `known` are
 * starts from the server. They win where the time zone data of the browser differs. Other intervals have their known starts only.
 */
export function calendarTimes(
  { fromMs, untilMs }: TimeRangeMs,
  interval: string,
  zone: string,
  known: readonly number[],
): number[] {
  const bounds = boundsOf[interval];
  if (bounds === undefined) return [...known];
  const offsetAt = zoneOffsets(zone);
  const around = (wall: WallTime): Bounds => {
    const date = new Date(wall);
    return bounds(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), date.getUTCDay());
  };
  const times = new Set<number>();
  for (let [first, next] = around(fromMs + offsetAt(fromMs)); ; [first, next] = around(next)) {
    const time = instantOf(first, offsetAt);
    if (time > untilMs) break;
    times.add(time);
  }
  const others = known.filter((time) => !times.has(time));
  if (others.length === 0) return [...times];
  const isKnown = (time: number): boolean => others.some((other) => Math.abs(other - time) < dayMs / 2);
  return [...[...times].filter((time) => !isKnown(time)), ...others].sort((a, b) => a - b);
}

/** The name of a dashboard's time zone for the server; empty if the browser does not know its own zone. */
export function zoneName(timezone: string): string {
  if (timezone === 'utc') return 'UTC';
  if (timezone !== '' && timezone !== 'browser') return timezone;
  const own: string | undefined = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return own === undefined || own === 'Etc/Unknown' ? '' : own;
}

// The first instant of a day: where the clock shows midnight twice the first one, where it skips midnight the end of the gap.
function instantOf(wall: WallTime, offsetAt: (timeMs: number) => number): number {
  const [before, after] = [wall - offsetAt(wall - dayMs), wall - offsetAt(wall + dayMs)];
  const shown = [Math.min(before, after), Math.max(before, after)].find(
    (time) => time + offsetAt(time) === wall,
  );
  return shown ?? before;
}

/** Milliseconds by which the clock of a zone is ahead of UTC, by instant. */
function zoneOffsets(zone: string): (timeMs: number) => number {
  if (zone === '' || zone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (timeMs) => {
    const shown = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => shown.get(type) ?? 0;
    const wall = UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return wall - Math.floor(timeMs / 1_000) * 1_000;
  };
}
