// A body in several pieces is the same as one in a single piece.

import fc from 'fast-check';
import { ReportBody } from '../../src/bridge';

const pieces = fc.array(
  fc.oneof(
    fc.uint8Array({ maxLength: 5 }),
    fc.constantFrom(4_095, 4_096, 10_000).map((length) => new Uint8Array(length).fill(length % 251)),
  ),
  { maxLength: 12 },
);

test('returns the received bytes, the first and the last ones, for any pieces', () => {
  fc.assert(
    fc.property(pieces, fc.nat(12_000), fc.nat(12_000), (given, first, last) => {
      const body = ReportBody.of(...given);
      const whole = Buffer.concat(given);
      const expected =
        whole.length <= first + last
          ? whole
          : Buffer.concat([whole.subarray(0, first), whole.subarray(whole.length - last)]);
      expect(body.length).toBe(whole.length);
      expect(body.edges(first, last).equals(expected)).toBe(true);
      expect(body.whole().equals(whole)).toBe(true);
      expect(Buffer.concat(body.pieces).equals(whole)).toBe(true);
    }),
  );
});

test('stores few pieces for a sender with many small ones', () => {
  const body = new ReportBody();
  for (let i = 0; i < 100_000; i++) body.add(Uint8Array.of(i % 256));
  expect(body.pieces.length).toBeLessThan(100);
  expect(body.whole()[99_999]).toBe(99_999 % 256);
});

test('neither copies nor joins a large piece', () => {
  const large = [new Uint8Array(65_536), new Uint8Array(65_536)];
  const { pieces: own } = ReportBody.of(...large);
  expect(own.map((piece, i) => piece === large[i])).toEqual([true, true]);
});
