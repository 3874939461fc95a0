// Times of tools are read like times at every other door.

import { parseTime } from '../../src';
import { parseChangeTime } from '../../src/change';

test.each([
  ['2026-11-27T10:15:30Z', '2026-11-27T10:15:30Z'],
  ['2026-11-27T10:15:30.2509+01:00', '2026-11-27T09:15:30.250Z'],
  ['2026-11-27T10:15Z', '2026-11-27T10:15:00Z'],
  ['2026-11-27T10:15+0100', '2026-11-27T09:15:00Z'],
  ['2026-11-27 10:15-05', '2026-11-27T15:15:00Z'],
  ['2026-11-27 10:15', '2026-11-27T10:15:00Z'],
])('reads %s as %s, as everywhere', (text, iso) => {
  expect(parseChangeTime(text)).toBe(Date.parse(iso));
  expect(parseTime(text, 0, 'UTC')).toEqual({ ok: true, value: Date.parse(iso) });
});

test.each([
  ['2026-11-27 10:15:30 UTC', '2026-11-27T10:15:30Z'],
  ['2026-11-27 10:15:30.123456789 +0100', '2026-11-27T09:15:30.123Z'],
  ['2026-11-27 10:15 UTC', '2026-11-27T10:15:00Z'],
])('reads %s, as Ruby prints it, as %s', (text, iso) => {
  expect(parseChangeTime(text)).toBe(Date.parse(iso));
});

test.each([
  '2026-11-27',
  '2026-11-27T10Z',
  '2026-11-27T10:15.5Z',
  '2026-11-27T10:15:Z',
  '2026-11-27T24:15Z',
  '2026-11-27T10:60Z',
  '2026-02-29T10:15Z',
  '1969-12-31T23:59Z',
  '10:15',
  '',
])('refuses %j as a time', (text) => {
  expect(parseChangeTime(text)).toBeNull();
});
