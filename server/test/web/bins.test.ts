// Start and end of the timeline's intervals, compared with a library of time zones.

import { eventLimits } from '@anthracite/protocol';
import { DateTime } from 'luxon';
import { type BinInterval, binsOf, endOf, filledBins, intervalFor } from '../../src/web/timeline/bins';

const hour = 3_600_000;
const day = 24 * hour;
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const units = { '1d': 'day', '1w': 'week', '1mon': 'month', '1q': 'quarter', '1y': 'year' } as const;

test.each(
  zones.flatMap((zone) => Object.entries(units).map(([interval, unit]) => [zone, interval, unit] as const)),
)('follows in %s for %s the calendar, without gaps, over two years', (zone, interval, unit) => {
  const range = { fromMs: Date.UTC(2025, 10, 17, 13, 5), untilMs: Date.UTC(2027, 8, 2, 4) };
  const bins = binsOf(range, interval as BinInterval, [], zone);
  expect(bins[0]?.fromMs).toBe(DateTime.fromMillis(range.fromMs, { zone }).startOf(unit).toMillis());
  for (const { fromMs, untilMs } of bins) {
    const start = DateTime.fromMillis(fromMs, { zone });
    expect(untilMs).toBe(start.plus({ [`${unit}s`]: 1 }).toMillis());
    expect(endOf(fromMs, interval as BinInterval, zone)).toBe(untilMs);
  }
  expect(bins.at(-1)?.untilMs).toBeGreaterThanOrEqual(range.untilMs);
  expect(bins.at(-1)?.fromMs).toBeLessThan(range.untilMs);
});

test('has an interval for every count, including empty ones', () => {
  const range = { fromMs: 10 * hour + 1, untilMs: 13 * hour };
  const points = [
    [12 * hour, 5],
    [10 * hour, 2],
  ] as const;
  expect(binsOf(range, '1h', points, 'UTC').map(({ fromMs, count }) => [fromMs / hour, count])).toEqual([
    [10, 2],
    [11, 0],
    [12, 5],
  ]);
});

test('lists the same intervals with events as among all intervals', () => {
  const range = { fromMs: Date.UTC(2025, 10, 17, 13), untilMs: Date.UTC(2027, 8, 2, 4) };
  const begins = binsOf(range, '1w', [], 'Europe/Berlin').map(({ fromMs }) => fromMs);
  const points = [9, 3, 30, 3].map((place, i) => [begins[place] as number, i + 1] as const);
  expect(filledBins('1w', points, 'Europe/Berlin')).toEqual(
    binsOf(range, '1w', points, 'Europe/Berlin').filter(({ count }) => count > 0),
  );
});

test.each(['UTC', 'America/New_York', 'Pacific/Kiritimati'])(
  'starts years correctly in %s at both ends of time',
  (zone) => {
    for (const time of [eventLimits.minTimeMs, eventLimits.maxTimeMs]) {
      const [year] = binsOf({ fromMs: time, untilMs: time }, '1y', [], zone);
      const start = DateTime.fromMillis(time, { zone }).startOf('year');
      expect([year?.fromMs, year?.untilMs]).toEqual([start.toMillis(), start.plus({ year: 1 }).toMillis()]);
    }
  },
);

test.each([
  [60_000, 100, '1s'],
  [hour, 100, '1min'],
  [day, 96, '15min'],
  [91 * day, 96, '1d'],
  [91 * day, 40, '1w'],
  [50 * 366 * day, 100, '1y'],
  [9_000 * 366 * day, 100, '1y'],
])('divides a range of %d ms into about %d parts by %s', (ms, most, interval) => {
  expect(intervalFor({ fromMs: 0, untilMs: ms }, most)).toBe(interval);
});
