// A cache holds what fits into its bytes, however many there are.

import { WeightedCache } from '../src/weighted-cache';

test('keeps what it was given while that fits', () => {
  const cache = new WeightedCache<number, string>(1_000);
  for (let i = 0; i < 5; i++) cache.set(i, `value ${i}`, 100);
  expect([0, 1, 2, 3, 4].map((i) => cache.get(i))).toEqual([0, 1, 2, 3, 4].map((i) => `value ${i}`));
});

test('forgets all of it when one more does not fit', () => {
  const cache = new WeightedCache<number, string>(1_000);
  for (let i = 0; i < 6; i++) cache.set(i, `value ${i}`, 100);
  expect([0, 4, 5].map((i) => cache.get(i))).toEqual([undefined, undefined, 'value 5']);
});

test('does not keep what weighs too much alone, and leaves the others', () => {
  const cache = new WeightedCache<number, string>(1_000);
  cache.set(1, 'small', 100);
  cache.set(2, 'large', 10_000);
  expect([cache.get(1), cache.get(2)]).toEqual(['small', undefined]);
});
