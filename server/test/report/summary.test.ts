// Summaries of durations in three numbers, checked by hand.

import { summarize } from '../../src/report/summary';

test.each([
  [[], null, null, null],
  [[7], 7, 7, 7],
  [[9, 1], 5, 5, 9],
  [[3, 1, 2], 2, 2, 3],
  [[4, 1, 3, 2], 2.5, 2.5, 4],
  [[10, 30, 20, 100], 40, 25, 100],
  [[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5.5, 5.5, 9],
  [[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 6, 6, 10],
])(
  'gives for %j the mean %p, the median %p and the 90th percentile %p',
  (durations, meanMs, medianMs, p90Ms) => {
    expect(summarize(durations)).toEqual({ count: durations.length, meanMs, medianMs, p90Ms });
  },
);

test('sorts numbers by value and leaves the given list unchanged', () => {
  const durations = [100, 9, 20];
  expect(summarize(durations).medianMs).toBe(20);
  expect(durations).toEqual([100, 9, 20]);
});
