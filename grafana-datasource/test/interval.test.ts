// Intervals of counts: the interval of a panel, and the starts on its axis.

import { calendarTimes, intervalFor, serverInterval } from '../src/request/interval';

test.each([
  [1, '1s'],
  [1_001, '5s'],
  [600_000, '10min'],
  [86_400_001, '168h'],
  [1e12, '168h'],
])('counts for a point of %d ms by %s', (ms, interval) => {
  expect(intervalFor(ms)).toBe(interval);
});

test.each([
  ['30s', '30s'],
  ['5m', '5min'],
  ['500ms', '1s'],
  ['1500ms', '2s'],
  ['1d', '1d'],
  ['2d', '48h'],
  ['2w', '336h'],
  [' 1q ', '1q'],
  ['', ''],
])("translates Grafana's %j to the server's %j", (text, interval) => {
  expect(serverInterval(text)).toBe(interval);
});

const iso = (...times: string[]): number[] => times.map((time) => Date.parse(time));

test.each([
  ['1d', iso('2026-01-01T00:00Z', '2026-01-03T00:00Z'), 3],
  ['1d', iso('2026-01-01T00:00Z', '2026-01-02T00:00Z'), 2],
  // Berlin, over the night with a clock change.
  ['1d', iso('2026-03-27T23:00Z', '2026-03-30T22:00Z'), 4],
  ['1w', iso('2026-03-22T23:00Z', '2026-04-05T22:00Z'), 3],
  // New Zealand and Hawaii.
  ['1mon', iso('2026-01-31T11:00Z', '2026-04-30T12:00Z'), 4],
  ['1mon', iso('2026-01-01T10:00Z', '2026-03-01T10:00Z'), 3],
  ['1q', iso('2025-12-31T23:00Z', '2026-09-30T22:00Z'), 4],
  ['1y', iso('2023-12-31T23:00Z', '2025-12-31T23:00Z'), 3],
  ['1d', [], 0],
  ['2fortnights', iso('2026-01-01T00:00Z', '2026-03-01T00:00Z'), 2],
])('lists between known starts of %s all others', (interval, known, count) => {
  const times = calendarTimes(known, interval);
  expect(times).toHaveLength(count);
  expect(times).toEqual(expect.arrayContaining(known));
  expect(times).toEqual([...times].sort((a, b) => a - b));
});

test.each([
  ['Berlin', iso('2026-01-31T23:00Z', '2026-02-28T23:00Z', '2026-03-31T22:00Z')],
  ['Auckland', iso('2026-01-31T11:00Z', '2026-02-28T11:00Z', '2026-03-31T11:00Z', '2026-04-30T12:00Z')],
  ['Honolulu', iso('2026-01-01T10:00Z', '2026-02-01T10:00Z', '2026-03-01T10:00Z')],
  ['Pago Pago', iso('2026-01-01T11:00Z', '2026-02-01T11:00Z', '2026-03-01T11:00Z')],
  ['Kiritimati', iso('2026-01-31T10:00Z', '2026-02-28T10:00Z', '2026-03-31T10:00Z')],
])('has an entry for an empty month in %s', (_, months) => {
  expect(calendarTimes([months[0] ?? 0, months[months.length - 1] ?? 0], '1mon')).toEqual(months);
});
