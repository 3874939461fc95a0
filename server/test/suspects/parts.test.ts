// The parts of a suspicion: blame is fully shared out, risks stay within their bounds, and words match the numbers.

import type { Span } from '@anthracite/protocol';
import fc from 'fast-check';
import { shareBlame } from '../../src/suspects/blame';
import { type Change, changesOf, changeUntil } from '../../src/suspects/change';
import { explainSuspicion } from '../../src/suspects/explanation';
import { createRecord } from '../../src/suspects/past';
import { expectedRisk, unknownRisk } from '../../src/suspects/risk';
import { TagComparison } from '../../src/suspects/shared-tags';
import { rankFollowers, rankSuspects } from '../../src/suspects/suspects';
import { eventAt as event, hour, minute, spanAt } from './pieces';

test('joins close events of one type and version to one change, without marks', () => {
  const changes = changesOf([
    event(1, 0, 'deploy_a', 'version=1', 'host=a'),
    event(2, 5, 'deploy_b', 'version=1'),
    event(3, 15, 'deploy_a', 'version=1', 'host=b'),
    event(4, 20, 'puppet'),
    event(5, 21, 'puppet'),
    event(6, 22, 'deploy_a_start', 'version=1', 'span=1'),
    event(7, 31, 'deploy_a', 'version=1'),
  ]);
  expect(changes.map(({ events }) => events.map(({ id }) => id))).toEqual([[1, 3], [2], [4], [5], [7]]);
  expect(changes[0]?.tags).toEqual(['version=1', 'host=a', 'host=b']);
  expect(changeUntil(changes[0] as Change, 14 * minute)).toMatchObject({
    end: 0,
    tags: ['version=1', 'host=a'],
  });
});

test('raises a risk with changes to blame, lowers it with others, and keeps it within its bounds', () => {
  expect(unknownRisk).toBeCloseTo(0.13, 1);
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (changes, share) => {
        const risk = expectedRisk(changes, changes * share);
        expect(risk).toBeGreaterThan(0);
        expect(risk).toBeLessThan(1);
        expect(expectedRisk(changes + 10, changes * share)).toBeLessThanOrEqual(risk);
        expect(expectedRisk(changes + 1, changes * share + 1)).toBeGreaterThanOrEqual(risk - 1e-9);
      },
    ),
  );
  expect(expectedRisk(100, 30)).toBeCloseTo(0.3, 1);
});

test('blames the change that always precedes, not one that often does', () => {
  const begins = [10, 20, 30, 40, 50, 60].map((at) => at * hour);
  const cause = begins.map((begin, i) => event(i, begin / minute - 12, 'deploy_cause'));
  const often = Array.from({ length: 140 }, (_, i) => event(100 + i, i * 30 - 3, 'deploy_often'));
  const blame = shareBlame(
    new Map([
      ['deploy_cause', changesOf(cause)],
      ['deploy_often', changesOf(often)],
    ]),
    begins,
    70 * hour,
  );
  expect(blame.get('deploy_cause')?.blamed).toBeGreaterThan(5);
  expect(blame.get('deploy_often')?.blamed).toBeLessThan(1);
});

test('counts followed changes and the number expected by chance', () => {
  const changes = changesOf([event(1, 0, 'a'), event(2, 100, 'a'), event(3, 200, 'a'), event(4, 995, 'a')]);
  const begins = [30, 230, 500, 520].map((at) => at * minute);
  const recordBefore = createRecord(changes, begins, {
    fromMs: 0,
    untilMs: 1_000 * minute,
    withinMs: 60 * minute,
  });
  const record = recordBefore(1_000 * minute);
  // Covered are 30 minutes before the first, 60 before the second and the third, and 20 before the fourth: 170 of 1000.
  expect(record).toEqual({ changes: 3, followed: 2, expected: expect.closeTo(0.51, 5) });
});

test('weighs rare tags more than frequent ones, and subtracts for another host', () => {
  const [rare, frequent, other, none] = changesOf([
    event(1, 0, 'puppet', 'host=a', 'env=prod'),
    event(2, 0, 'puppet', 'host=b', 'env=prod'),
    event(3, 0, 'puppet', 'host=c', 'env=qa'),
    event(4, 0, 'deploy_shop', 'version=1'),
  ]) as [Change, Change, Change, Change];
  const noise = Array.from({ length: 100 }, (_, i) => event(10 + i, 0, 'puppet', `host=h${i}`, 'env=prod'));
  const comparison = new TagComparison(
    spanAt(10, 'incident_sev2_shop', 'host=a', 'env=prod', 'version=1', 'incident=7'),
    changesOf([...noise, event(200, 0, 'puppet', 'host=a', 'env=prod')]),
  );
  const scores = [rare, frequent, other].map((change) => comparison.compare(change).score);
  expect(scores).toEqual([...scores].sort((one, another) => another - one));
  expect(comparison.compare(rare).shared).toEqual(['host=a', 'env=prod']);
  expect(comparison.compare(other)).toMatchObject({ shared: [], different: ['host=c', 'env=qa'] });
  expect(comparison.compare(none).shared).toEqual(['project=shop']);
  expect(new TagComparison(spanAt(10, 'incident_sev2'), []).compare(none).shared).toEqual([]);
});

test('explains a suspicion in words', () => {
  const parts = {
    closeness: { score: 1, lagMs: 12 * minute },
    rarity: { score: 1, count: 3, periodMs: 30 * 24 * hour },
    tags: { score: 1, shared: ['env=prod'], different: ['host=a', 'host=b', 'host=c', 'host=d'] },
    history: { score: 1, changes: 9, followed: 4, expected: 0.312, blamed: 3.9, withinMs: hour },
  };
  expect(explainSuspicion('deploy_shop', { score: 4, parts }, spanAt(0, 'incident'), 'before')).toBe(
    '12 minutes before; deploy_shop is rare: 3 in 30 days; shares env=prod; differs in host=a, host=b, host=c and 1 more; 4 of 9 earlier deploy_shop were followed by an incident within 1 hour, against 0.31 expected by chance',
  );
});

const anyEvents = fc
  .array(
    fc.record({
      time: fc.integer({ min: 0, max: 5_000 }),
      type: fc.constantFrom('deploy_a', 'deploy_b', 'puppet'),
      tags: fc.subarray(['version=1', 'host=a', 'host=b', 'env=prod', 'word']),
    }),
    { maxLength: 60 },
  )
  .map((drawn) =>
    drawn
      .sort((one, other) => one.time - other.time)
      .map(({ time, type, tags }, i) => event(i + 1, time, type, ...tags)),
  );
const anySpans = fc.array(
  fc
    .tuple(
      fc.integer({ min: 0, max: 5_000 }),
      fc.constantFrom('incident_sev1', 'incident', 'gain_sev2', 'backup'),
    )
    .map(([at, type]) => spanAt(at, type, 'host=a')),
  { minLength: 1, maxLength: 20 },
);

test('gives finite scores and at most as much blame as there are spans, for any history', () => {
  fc.assert(
    fc.property(anyEvents, anySpans, (events, spans) => {
      const changes = changesOf(events);
      const span = spans[0] as Span;
      const histories = new Map(
        [...new Set(changes.map(({ type }) => type))].map((type) => [
          type,
          { changes: changes.filter((change) => change.type === type), fromMs: 0 },
        ]),
      );
      const windowMs = 24 * hour;
      const { ranked } = rankSuspects({ span, changes, histories, past: spans, windowMs });
      const [change] = changes;
      const followers =
        change === undefined
          ? []
          : rankFollowers({
              change,
              history: { changes, fromMs: 0 },
              candidates: spans,
              past: spans,
              windowMs,
            });
      for (const { score, parts } of [...ranked, ...followers]) {
        const { closeness, rarity, tags, history } = parts;
        expect(score).toBeCloseTo(closeness.score + rarity.score + tags.score + history.score, 9);
        expect(Number.isFinite(score)).toBe(true);
        expect(rarity.score).toBeLessThanOrEqual(1e-9);
        expect(history.score).toBeGreaterThanOrEqual(-1e-9);
        expect(history.followed).toBeLessThanOrEqual(history.changes);
        expect(history.expected).toBeLessThanOrEqual(history.changes + 1e-9);
        expect(closeness.lagMs).toBeGreaterThanOrEqual(0);
      }
      expect(ranked.every((one) => one.change.begin <= span.begin)).toBe(true);
      const blamed = new Map(ranked.map((one) => [one.change.type, one.parts.history.blamed]));
      const total = [...blamed.values()].reduce((sum, one) => sum + one, 0);
      expect(total).toBeLessThanOrEqual(spans.length + 1e-9);
    }),
    { numRuns: 60 },
  );
});
