// Ranges as sets of instants, compared with a count instant by instant.

import fc from 'fast-check';
import { clip, lengthOf, overlapOf, placeOf, type Range, subtract, unite } from '../../src/report/intervals';

const last = 40;
const ranges = fc
  .tuple(fc.integer({ min: 0, max: last }), fc.integer({ min: -2, max: last }))
  .map(([fromMs, untilMs]): Range => ({ fromMs, untilMs }));
const some = fc.array(ranges, { maxLength: 8 });

/** The instants of ranges, in order. */
function instantsOf(...all: readonly Range[]): number[] {
  const found = new Set<number>();
  for (const { fromMs, untilMs } of all) for (let at = fromMs; at < untilMs; at++) found.add(at);
  return [...found].sort((one, other) => one - other);
}

function expectUnited(united: readonly Range[]): void {
  for (const [i, { fromMs, untilMs }] of united.entries()) {
    expect(fromMs).toBeLessThan(untilMs);
    if (i > 0) expect(fromMs).toBeGreaterThan((united[i - 1] as Range).untilMs);
  }
}

test('unites the instants of all ranges, each once, in the fewest ranges', () => {
  fc.assert(
    fc.property(some, (all) => {
      const united = unite(all);
      expectUnited(united);
      expect(instantsOf(...united)).toEqual(instantsOf(...all));
      expect(unite(united)).toEqual(united);
    }),
  );
});

test('clips to the instants that both ranges have', () => {
  fc.assert(
    fc.property(ranges, ranges, (one, other) => {
      const both = instantsOf(one).filter((at) => instantsOf(other).includes(at));
      const clipped = clip(one, other);
      expect(instantsOf(clipped)).toEqual(both);
      expect(lengthOf(clipped)).toBe(both.length);
    }),
  );
});

test('returns an empty range at its end when the data never started or started after it', () => {
  const range = { fromMs: 10, untilMs: 20 };
  for (const fromMs of [20, 30, Number.POSITIVE_INFINITY])
    expect(clip({ fromMs, untilMs: 20 }, range)).toEqual({ fromMs: 20, untilMs: 20 });
  expect(clip({ fromMs: Number.NEGATIVE_INFINITY, untilMs: 20 }, range)).toEqual(range);
});

test('subtracts the instants of all ranges, and the overlap is the subtracted part', () => {
  fc.assert(
    fc.property(ranges, some, (range, all) => {
      const united = unite(all);
      const gone = instantsOf(...all);
      const left = instantsOf(range).filter((at) => !gone.includes(at));
      expectUnited(subtract(range, united));
      expect(instantsOf(...subtract(range, united))).toEqual(left);
      expect(overlapOf(range, united)).toBe(lengthOf(range) - left.length);
    }),
  );
});

test('finds the index of the first instant that is not earlier', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: last })),
      fc.integer({ min: -1, max: last + 1 }),
      (all, at) => {
        const times = all.sort((one, other) => one - other);
        expect(placeOf(at, times)).toBe(times.filter((time) => time < at).length);
      },
    ),
  );
});
