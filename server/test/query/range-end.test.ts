// The end of a range, and the last instant in the range.

import { endAfter, lastBefore } from '../../src/query/range-end';

test('ends the range of one instant a millisecond later', () => {
  expect([endAfter(1_500), lastBefore(1_501)]).toEqual([1_501, 1_500]);
  expect([endAfter(-1), lastBefore(0)]).toEqual([0, -1]);
});

test('adds no instant for a fraction of a millisecond', () => {
  expect(endAfter(99.5)).toBe(100);
});

test('gives no end for a range without one', () => {
  expect(endAfter(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});
