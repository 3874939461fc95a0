// Shares and counts as people read them: rounded, and never misleading.

import fc from 'fast-check';
import { countTicks, durationTicks, shareTicks, timeTicks } from '../../src/web/chart/axis';
import { changeText, countText, measureTexts, shareText } from '../../src/web/measure';

test.each([
  [0, '0 %'],
  [1, '100 %'],
  [0.996_990_74, '99.7 %'],
  [0.987_912, '98.79 %'],
  [0.999_531, '99.953 %'],
  [0.999_991_1, '99.9991 %'],
  [0.000_521, '0.052 %'],
  [0.037_224, '3.72 %'],
  [-0.428_2, '-42.82 %'],
  [0.999_999_99, '> 99.9999 %'],
  [0.000_000_01, '< 0.0001 %'],
  [0.5, '50 %'],
])('writes a share of %d', (share, text) => {
  expect(shareText(share)).toBe(text);
});

test('writes counts and rates', () => {
  expect([12_345, 5.714, 0.044_44, 0].map(countText)).toEqual(['12,345', '5.71', '0.044', '0']);
});

test('writes negative durations, and changes with their sign, of shares in percentage points', () => {
  expect(measureTexts.duration(-3_600_000)).toBe('-1 h');
  expect([-0.0079, 0.0010321, 0.000_05, 0].map((change) => changeText(change, 'share'))).toEqual([
    '-0.79',
    '+0.10',
    '+0.0050',
    '±0.00',
  ]);
  expect([3, -1_200, 0.025].map((change) => changeText(change, 'count'))).toEqual(['+3', '-1,200', '+0.025']);
  expect(changeText(-1_800_000, 'duration')).toBe('-30 min');
});

test('puts the lines of a time axis at the hours, days and months of a time zone', () => {
  const texts = (from: string, until: string, zone: string) =>
    timeTicks({ fromMs: Date.parse(from), untilMs: Date.parse(until) }, zone, 12).map(({ text }) => text);
  expect(texts('2026-01-01T00:00Z', '2026-01-02T00:00Z', 'UTC')).toEqual([
    'Jan 1',
    '03:00',
    '06:00',
    '09:00',
    '12:00',
    '15:00',
    '18:00',
    '21:00',
  ]);
  expect(texts('2025-07-01T00:00Z', '2026-07-01T00:00Z', 'UTC')).toEqual([
    'Jul',
    'Aug',
    'Sep',
    'Oct',
    'Nov',
    'Dec',
    '2026',
    'Feb',
    'Mar',
    'Apr',
    'May',
    'Jun',
  ]);
  // The day on which clocks go forward in Berlin.
  expect(texts('2026-03-28T23:00Z', '2026-03-29T22:00Z', 'Europe/Berlin')[1]).toBe('04:00');
});

test('draws for any range a limited number of lines, in order', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4e12 }),
      fc.integer({ min: 1, max: 2e12 }),
      fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
      (fromMs, length, zone) => {
        const ticks = timeTicks({ fromMs, untilMs: fromMs + length }, zone, 12);
        const values = ticks.map(({ value }) => value);
        expect(values).toEqual([...new Set(values)].sort((one, other) => one - other));
        expect(values.length).toBeLessThanOrEqual(12);
      },
    ),
    { numRuns: 300 },
  );
});

test('draws axes that include their values', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1e9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (count, share) => {
        const counts = countTicks(count, 4);
        expect(counts[0]).toBe(0);
        expect(counts.at(-1)).toBeGreaterThanOrEqual(count);
        expect(counts.length).toBeLessThanOrEqual(7);
        const shares = shareTicks(share, 4);
        expect(shares[0]).toBe(1);
        expect(shares.at(-1)).toBeLessThanOrEqual(share + 1e-9);
        expect(shares.length).toBeLessThanOrEqual(6);
        const durations = durationTicks([count + 1_000]);
        expect(durations.length).toBeGreaterThan(1);
        expect(durations[0]?.value).toBeLessThanOrEqual(count + 1_000);
      },
    ),
  );
});
