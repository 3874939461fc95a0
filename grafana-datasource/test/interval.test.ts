// Intervals of counts: the interval of a panel, and the starts on its axis.

import { calendarTimes, zoneName } from '../src/request/calendar';
import { intervalFor, serverInterval } from '../src/request/interval';

test.each([
  [1, '1s'],
  [1_001, '5s'],
  [600_000, '10min'],
  [86_400_000, '1d'],
  [86_400_001, '1w'],
  [1e12, '1w'],
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
  ['7d', '1w'],
  ['2w', '336h'],
  [' 1q ', '1q'],
  ['', ''],
])("translates Grafana's %j to the server's %j", (text, interval) => {
  expect(serverInterval(text)).toBe(interval);
});

const iso = (...times: string[]): number[] => times.map((time) => Date.parse(time));
const timesIn = (
  zone: string,
  interval: string,
  from: string,
  until: string,
  known: readonly number[] = [],
): string[] =>
  calendarTimes({ fromMs: Date.parse(from), untilMs: Date.parse(until) }, interval, zone, known).map((time) =>
    new Date(time).toISOString().slice(0, 16),
  );

test.each([
  [
    'UTC',
    '1d',
    '2026-01-01T05:00Z',
    '2026-01-03T00:00Z',
    ['2026-01-01T00:00', '2026-01-02T00:00', '2026-01-03T00:00'],
  ],
  [
    'America/New_York',
    '1d',
    '2026-01-01T02:00Z',
    '2026-01-02T02:00Z',
    ['2025-12-31T05:00', '2026-01-01T05:00'],
  ],
  // The nights in which the clocks change.
  [
    'Europe/Berlin',
    '1d',
    '2026-03-28T12:00Z',
    '2026-03-30T12:00Z',
    ['2026-03-27T23:00', '2026-03-28T23:00', '2026-03-29T22:00'],
  ],
  ['Europe/Berlin', '1d', '2026-10-25T00:30Z', '2026-10-25T23:30Z', ['2026-10-24T22:00', '2026-10-25T23:00']],
  [
    'Europe/Berlin',
    '1w',
    '2026-03-25T00:00Z',
    '2026-04-05T22:00Z',
    ['2026-03-22T23:00', '2026-03-29T22:00', '2026-04-05T22:00'],
  ],
  // A Sunday and a Monday.
  ['UTC', '1w', '2026-01-04T00:00Z', '2026-01-05T00:00Z', ['2025-12-29T00:00', '2026-01-05T00:00']],
  [
    'Pacific/Auckland',
    '1mon',
    '2026-02-15T00:00Z',
    '2026-04-01T00:00Z',
    ['2026-01-31T11:00', '2026-02-28T11:00', '2026-03-31T11:00'],
  ],
  [
    'Pacific/Honolulu',
    '1mon',
    '2026-01-15T00:00Z',
    '2026-02-15T00:00Z',
    ['2026-01-01T10:00', '2026-02-01T10:00'],
  ],
  [
    'Pacific/Kiritimati',
    '1q',
    '2026-01-15T00:00Z',
    '2026-04-15T00:00Z',
    ['2025-12-31T10:00', '2026-03-31T10:00'],
  ],
  ['Asia/Kolkata', '1y', '2025-06-01T00:00Z', '2026-06-01T00:00Z', ['2024-12-31T18:30', '2025-12-31T18:30']],
  // A day that starts at one o'clock, a day with two midnights, and a day that did not exist.
  ['America/Sao_Paulo', '1d', '2018-11-04T12:00Z', '2018-11-04T13:00Z', ['2018-11-04T03:00']],
  ['America/Havana', '1d', '2026-11-01T12:00Z', '2026-11-01T13:00Z', ['2026-11-01T04:00']],
  [
    'Pacific/Apia',
    '1d',
    '2011-12-29T12:00Z',
    '2011-12-31T12:00Z',
    ['2011-12-29T10:00', '2011-12-30T10:00', '2011-12-31T10:00'],
  ],
  ['Europe/Berlin', '1d', '1969-12-31T12:00Z', '1970-01-01T12:00Z', ['1969-12-30T23:00', '1969-12-31T23:00']],
])('starts in %s, by %s from %s until %s', (zone, interval, from, until, expected) => {
  expect(timesIn(zone, interval, from, until)).toEqual(expected);
});

test('takes the starts of the server where its time zone data differs', () => {
  const known = iso('2026-01-02T01:00Z');
  expect(timesIn('UTC', '1d', '2026-01-01T00:00Z', '2026-01-03T00:00Z', known)).toEqual([
    '2026-01-01T00:00',
    '2026-01-02T01:00',
    '2026-01-03T00:00',
  ]);
});

test('has only the known starts of an interval that it does not know', () => {
  const known = iso('2026-01-01T00:00Z', '2026-03-01T00:00Z');
  expect(calendarTimes({ fromMs: 0, untilMs: 1e13 }, '2fortnights', 'UTC', known)).toEqual(known);
});

test.each([
  ['utc', 'UTC'],
  ['Asia/Tokyo', 'Asia/Tokyo'],
  // The tests run in UTC.
  ['browser', 'UTC'],
  ['', 'UTC'],
])('names the time zone %j of a dashboard %s', (timezone, expected) => {
  expect(zoneName(timezone)).toBe(expected);
});
