// Risk, lag and blame: compared with the rules of docs/suspects.md, calculated step by step for each change.

import fc from 'fast-check';
import { shareBlame, type TypeBlame } from '../../src/suspects/blame';
import { type Change, changesOf } from '../../src/suspects/change';
import { densityAt, paces, shareWithin } from '../../src/suspects/pace';
import { expectedRisk, unknownRisk } from '../../src/suspects/risk';
import { changeAt, day, eventAt, minute } from './pieces';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Risks from 1 in 2000 to 95 %, in equal steps of their logarithm. */
const grid = Array.from({ length: 48 }, (_, i) =>
  Math.exp(Math.log(0.0005) + (i / 47) * Math.log(0.95 / 0.0005)),
);

/** Oracle: the mean of all risks, each weighted by the likelihood of the observations. */
function meanRisk(changes: number, blamed: number): number {
  const harmless = Math.max(0, changes - blamed);
  const weights = grid.map((risk) => risk ** blamed * (1 - risk) ** harmless);
  return sum(grid.map((risk, i) => risk * (weights[i] as number))) / sum(weights);
}

test.each([
  [0, 0],
  [1, 0],
  [1, 1],
  [10, 3],
  [40.5, 0.25],
  [3, 5],
])('estimates for %d changes, %d of them to blame, the weighted mean of all risks', (changes, blamed) => {
  expect(expectedRisk(changes, blamed)).toBeCloseTo(meanRisk(changes, blamed), 10);
});

test('knows nothing of an unknown type, and gives a finite number for thousands of changes', () => {
  expect(unknownRisk).toBeCloseTo(sum(grid) / 48, 10);
  expect(expectedRisk(1e6, 0)).toBeCloseTo(0.0005, 6);
  expect(expectedRisk(1e6, 1e6)).toBeCloseTo(0.95, 6);
});

test('weighs lags with a sum of 1, and half of the incidents start within their time', () => {
  expect(paces.map(({ halfMs, prior }) => [halfMs / minute, prior])).toEqual([
    [5, 0.2],
    [20, 0.4],
    [80, 0.3],
    [240, 0.1],
  ]);
  for (const pace of paces) {
    expect(densityAt(pace, 0)).toBeCloseTo(1 / pace.halfMs, 12);
    expect(densityAt(pace, pace.halfMs)).toBeCloseTo(1 / (4 * pace.halfMs), 12);
  }
  const within = (minutes: number): number =>
    (0.2 * minutes) / (minutes + 5) +
    (0.4 * minutes) / (minutes + 20) +
    (0.3 * minutes) / (minutes + 80) +
    (0.1 * minutes) / (minutes + 240);
  for (const minutes of [0, 1, 20, 500])
    expect(shareWithin(minutes * minute)).toBeCloseTo(within(minutes), 12);
});

/** Oracle: twelve rounds, in which each change of the day before a span claims its share. */
function blameStepByStep(
  changes: ReadonlyMap<string, readonly Change[]>,
  begins: readonly number[],
  atMs: number,
): Map<string, TypeBlame> {
  const spans = begins.slice(-500);
  const types = Array.from(changes, ([type, list]) => ({
    type,
    list,
    count: sum(list.map(({ end }) => (end >= atMs ? 0 : shareWithin(atMs - end)))),
    risk: 0.05,
    likely: paces.map(({ prior }) => prior),
    blamed: [0, 0, 0, 0],
  }));
  const periodMs = Math.max(day, atMs - (spans[0] ?? atMs));
  let background = Math.max(1, spans.length) / periodMs;
  for (let round = 0; round < 12; round++) {
    for (const one of types) one.blamed = [0, 0, 0, 0];
    let unexplained = 0;
    for (const begin of spans) {
      const claims = types.flatMap((one) =>
        one.list
          .filter((change) => change.begin >= begin - day && change.begin <= begin)
          .flatMap((change) =>
            paces.map((pace, p) => ({
              one,
              p,
              rate:
                one.risk *
                (one.likely[p] as number) *
                densityAt(pace, change.end > begin ? 0 : begin - change.end),
            })),
          ),
      );
      const total = background + sum(claims.map(({ rate }) => rate));
      for (const { one, p, rate } of claims) one.blamed[p] = (one.blamed[p] as number) + rate / total;
      unexplained += background / total;
    }
    background = Math.max(1, unexplained) / periodMs;
    for (const one of types) {
      one.risk = expectedRisk(one.count, sum(one.blamed));
      one.likely = paces.map(
        ({ prior }, p) => (4 * prior + (one.blamed[p] as number)) / (4 + sum(one.blamed)),
      );
    }
  }
  return new Map(
    types.map(({ type, count, blamed, likely }) => [
      type,
      { changes: count, blamed: sum(blamed), paces: likely },
    ]),
  );
}

function expectSame(
  changes: ReadonlyMap<string, readonly Change[]>,
  begins: readonly number[],
  atMs: number,
): void {
  const found = shareBlame(changes, begins, atMs);
  const expected = blameStepByStep(changes, begins, atMs);
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [type, blame] of expected) {
    expect(found.get(type)?.changes).toBeCloseTo(blame.changes, 8);
    expect(found.get(type)?.blamed).toBeCloseTo(blame.blamed, 8);
    for (const [p, share] of blame.paces.entries()) expect(found.get(type)?.paces[p]).toBeCloseTo(share, 8);
  }
}

const anyTimes = fc.array(fc.integer({ min: 0, max: 6_000 }), { maxLength: 25 });

test('agrees with the step-by-step calculation for any past', () => {
  fc.assert(
    fc.property(anyTimes, anyTimes, anyTimes, (first, second, spans) => {
      const inOrder = [...second].sort((one, other) => one - other);
      const changes = new Map([
        ['deploy_a', first.map((at, i) => changeAt(i, at, 'deploy_a'))],
        [
          'deploy_b',
          changesOf(inOrder.map((at, i) => eventAt(100 + i, at, 'deploy_b', 'version=1'))).reverse(),
        ],
      ]);
      const begins = spans.map((at) => at * minute).sort((one, other) => one - other);
      expectSame(changes, begins, 6_000 * minute);
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['a change at the instant of the span', 0, true],
  ['a change a day before', -24 * 60, true],
  ['a change a minute earlier than that', -24 * 60 - 1, false],
  ['a change a minute after the span', 1, false],
])('decides whether %s is to blame', (_, minutes, isBlamed) => {
  const at = 3_000;
  const changes = new Map([['deploy_a', [changeAt(1, at + minutes, 'deploy_a')]]]);
  const { blamed } = shareBlame(changes, [at * minute], 5_000 * minute).get('deploy_a') as TypeBlame;
  expect(blamed > 0).toBe(isBlamed);
  expectSame(changes, [at * minute], 5_000 * minute);
});

test('uses only the last 500 spans', () => {
  const begins = Array.from({ length: 501 }, (_, i) => i * 3 * day);
  const early = new Map([['deploy_a', [changeAt(1, 0, 'deploy_a')]]]);
  expect(shareBlame(early, begins, 2_000 * day).get('deploy_a')?.blamed).toBe(0);
  expect(shareBlame(early, begins.slice(0, 500), 2_000 * day).get('deploy_a')?.blamed).toBeGreaterThan(0);
});

test('ignores a change whose window has not ended, and one that ends later', () => {
  const lasting: Change = { ...changeAt(1, 0, 'deploy_a'), end: 300 * minute };
  const changes = new Map([['deploy_a', [changeAt(2, 100, 'deploy_a'), lasting]]]);
  expect(shareBlame(changes, [], 100 * minute).get('deploy_a')).toEqual({
    changes: 0,
    blamed: 0,
    paces: paces.map(({ prior }) => expect.closeTo(prior, 12)),
  });
});
