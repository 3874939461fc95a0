// The past of a span: which spans count, and how often changes were followed by one.

import type { Span } from '@anthracite/protocol';
import type { Change } from '../../src/suspects/change';
import { createRecord, isLike, type PastSpan } from '../../src/suspects/past';
import { changeAt, minute } from './pieces';

const past = (scale: Span['scale'], type: string, origin: Span['origin'] = null): PastSpan => ({
  ...{ id: 1, begin: 0 },
  ...{ scale, type, origin },
});

test.each<[string, PastSpan, PastSpan, boolean]>([
  ['incidents of two types', past('incident', 'incident'), past('incident', 'outage'), true],
  [
    'incidents, the other by ourselves',
    past('incident', 'incident'),
    past('incident', 'incident', 'self'),
    true,
  ],
  [
    'incidents, the other from outside',
    past('incident', 'incident'),
    past('incident', 'incident', 'external'),
    false,
  ],
  ['gains, the other from outside', past('gain', 'gain'), past('gain', 'gain_sev2', 'external'), true],
  ['an incident and a gain', past('incident', 'incident'), past('gain', 'gain'), false],
  ['a gain and an incident', past('gain', 'gain'), past('incident', 'incident'), false],
  ['other spans of one type', past('other', 'backup'), past('other', 'backup'), true],
  ['other spans of two types', past('other', 'backup'), past('other', 'import'), false],
  ['another span, and an incident of its type', past('other', 'backup'), past('incident', 'backup'), false],
])('decides whether %s are alike', (_, one, other, expected) => {
  expect(isLike(one, other)).toBe(expected);
});

const within = 60;
const recordOf = (
  changes: readonly Change[],
  begins: readonly number[],
  from = 0,
  until = 1_000,
  before = 1_000,
) =>
  createRecord(
    changes,
    begins.map((at) => at * minute),
    { fromMs: from * minute, untilMs: until * minute, withinMs: within * minute },
  )(before * minute);

test.each([
  ['at the end of the time', [160], 1],
  ['after it', [161], 0],
  ['at its own instant', [100], 1],
  ['before it', [99], 0],
  ['never', [], 0],
])('decides whether a span %s follows a change', (_, begins, followed) => {
  expect(recordOf([changeAt(1, 100, 'a')], begins)).toMatchObject({ changes: 1, followed });
});

test('measures from the end of a change with a duration, and counts a span within it', () => {
  const lasting: Change = { ...changeAt(1, 100, 'a'), end: 300 * minute };
  expect(recordOf([lasting], [360]).followed).toBe(1);
  expect(recordOf([lasting], [361]).followed).toBe(0);
  expect(recordOf([lasting], [200]).followed).toBe(1);
});

test('counts a change whose window has not ended only if a span followed it', () => {
  const late = changeAt(1, 950, 'a');
  expect(recordOf([late], [])).toEqual({ changes: 0, followed: 0, expected: 0 });
  expect(recordOf([late], [990])).toMatchObject({ changes: 1, followed: 1 });
  expect(recordOf([changeAt(1, 940, 'a')], []).changes).toBe(0);
  expect(recordOf([changeAt(1, 939, 'a')], []).changes).toBe(1);
});

test('records the changes before an instant, in whatever order they are given', () => {
  const changes = [changeAt(3, 300, 'a'), changeAt(1, 100, 'a'), changeAt(2, 200, 'a')];
  const begins = [110, 310];
  expect(
    [0, 100, 101, 200, 201, 300, 301].map((before) => recordOf(changes, begins, 0, 1_000, before).changes),
  ).toEqual([0, 0, 1, 1, 2, 2, 3]);
  expect(recordOf(changes, begins, 0, 1_000, 300)).toMatchObject({ changes: 2, followed: 1 });
  expect(recordOf(changes, begins)).toMatchObject({ changes: 3, followed: 2 });
});

test.each([
  ['one gap that is longer', [500], 0, 1_000, 0.06],
  ['a gap that is shorter', [20], 0, 1_000, 0.02],
  ['gaps from the start of the time on', [220], 200, 1_000, 20 / 800],
  ['spans before it', [50, 220], 200, 1_000, 20 / 800],
  ['several gaps', [30, 130, 140], 0, 1_000, (30 + 60 + 10) / 1_000],
  ['no time at all', [20], 1_000, 1_000, 0],
  ['no spans', [], 0, 1_000, 0],
])('calculates the expected number by chance for %s', (_, begins, from, until, expected) => {
  expect(recordOf([changeAt(1, 100, 'a')], begins, from, until).expected).toBeCloseTo(expected, 9);
});

test('expects by chance at most each change once', () => {
  const lasting: Change = { ...changeAt(1, 0, 'a'), end: 2_000 * minute };
  expect(recordOf([lasting], [10, 900, 1_000], 0, 1_000, 3_000).expected).toBeCloseTo(1, 9);
});
