// A cache limits its entries by bytes, not by number.

import { WeightedCache } from '../src/weighted-cache';

test('keeps all entries that fit', () => {
  const cache = new WeightedCache<number, string>(1_000);
  for (let i = 0; i < 5; i++) cache.set(i, `value ${i}`, 100);
  expect([0, 1, 2, 3, 4].map((i) => cache.get(i))).toEqual([0, 1, 2, 3, 4].map((i) => `value ${i}`));
});

test('clears everything when another entry does not fit', () => {
  const cache = new WeightedCache<number, string>(1_000);
  for (let i = 0; i < 6; i++) cache.set(i, `value ${i}`, 100);
  expect([0, 4, 5].map((i) => cache.get(i))).toEqual([undefined, undefined, 'value 5']);
});

test('does not keep an entry larger than the cache, and leaves the others', () => {
  const cache = new WeightedCache<number, string>(1_000);
  cache.set(1, 'small', 100);
  cache.set(2, 'large', 10_000);
  expect([cache.get(1), cache.get(2)]).toEqual(['small', undefined]);
});
