// Durations as people read them: rounded, and never misleading.

import fc from 'fast-check';
import { spellDuration } from '../src/duration';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;

test.each([
  [0, '0 s', '0 seconds'],
  [0.4, '0 s', '0 seconds'],
  [1, '1 ms', '1 millisecond'],
  [350, '350 ms', '350 milliseconds'],
  [999.6, '1 s', '1 second'],
  [1_000, '1 s', '1 second'],
  [1_250, '1.25 s', '1.25 seconds'],
  [9_994, '9.99 s', '9.99 seconds'],
  [9_999, '10 s', '10 seconds'],
  [10_499, '10 s', '10 seconds'],
  [59_600, '1 min', '1 minute'],
  [90_000, '1 min 30 s', '1 minute 30 seconds'],
  [12 * minuteMs + 20_000, '12 min 20 s', '12 minutes'],
  [hourMs - 1, '1 h', '1 hour'],
  [65 * minuteMs, '1 h 5 min', '1 hour 5 minutes'],
  [23 * hourMs + 45 * minuteMs, '23 h 45 min', '1 day'],
  [dayMs - 1, '1 d', '1 day'],
  [26 * hourMs, '1 d 2 h', '1 day 2 hours'],
  [16 * dayMs + 2 * hourMs + 24 * minuteMs, '16 d 2 h 24 min', '16 days'],
  [34 * dayMs + 21 * hourMs + 30 * minuteMs + 12_000, '34 d 21 h 30 min', '35 days'],
  [400 * dayMs + 1_000, '400 d', '400 days'],
  [12_000 * dayMs, '12000 d', '12000 days'],
])('writes %d ms as %s, in words %s', (ms, short, words) => {
  expect([spellDuration(ms), spellDuration(ms, 'words')]).toEqual([short, words]);
});

const unitsMs = [
  [/^d/, dayMs],
  [/^h/, hourMs],
  [/^min/, minuteMs],
  [/^s/, 1_000],
  [/^m(s|illi)/, 1],
] as const;

test.each([
  ['short', 1 / 1_000],
  ['words', 1 / 20],
] as const)('rounds to a value close to the duration: %s', (form, share) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), (ms) => {
      let told = 0;
      for (const [, count, unit = ''] of spellDuration(ms, form).matchAll(/([\d.]+) (\w+)/g)) {
        told += Number(count) * (unitsMs.find(([name]) => name.test(unit))?.[1] ?? Number.NaN);
      }
      expect(Math.abs(told - ms)).toBeLessThanOrEqual(Math.max(500, ms * share));
    }),
  );
});
