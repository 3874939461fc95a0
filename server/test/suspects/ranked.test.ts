// Which changes and spans are ranked, their order, and the parts of their scores.

import type { Span } from '@anthracite/protocol';
import { shareBlame, type TypeBlame } from '../../src/suspects/blame';
import { type Change, changeOfSpan, changesOf } from '../../src/suspects/change';
import { densityAt, type Pace, paces } from '../../src/suspects/pace';
import { expectedRisk, unknownRisk } from '../../src/suspects/risk';
import { TagComparison } from '../../src/suspects/shared-tags';
import {
  type RankedChange,
  rankFollowers,
  rankSuspects,
  type SuspectsInput,
} from '../../src/suspects/suspects';
import { Suspicions, type TypeHistory } from '../../src/suspects/suspicion';
import { changeAt, day, eventAt, hour, minute, spanAt, spanOf } from './pieces';

const windowMs = day;
const ranking = (input: SuspectsInput): readonly RankedChange[] => rankSuspects(input).ranked;
const historiesOf = (changes: readonly Change[], fromMs = 0): Map<string, TypeHistory> =>
  new Map(
    [...new Set(changes.map(({ type }) => type))].map((type) => [
      type,
      { changes: changes.filter((one) => one.type === type), fromMs },
    ]),
  );

/** A deployment each day with an incident some minutes later, then one more deployment. */
function routine(lagMinutes: number, count = 10): { changes: Change[]; past: Span[] } {
  const days = Array.from({ length: count + 1 }, (_, i) => i * 24 * 60);
  return {
    changes: days.map((at, i) => changeAt(i, at, 'deploy_shop', 'host=a')),
    past: days.slice(0, count).map((at) => spanAt(at + lagMinutes, 'incident_sev1')),
  };
}

test('adds up a score from its parts, each by the formula of the docs', () => {
  const { changes, past } = routine(30);
  const span = spanAt(10 * 24 * 60 + 30, 'incident_sev1', 'host=a');
  const at = span.begin;
  const [first] = ranking({
    span,
    changes: changes.slice(-1),
    histories: historiesOf(changes),
    past,
    windowMs,
  });
  const begins = past.map(({ begin }) => begin);
  const blame = shareBlame(new Map([['deploy_shop', changes]]), begins, at).get('deploy_shop') as TypeBlame;
  const density = blame.paces.reduce(
    (sum, share, p) => sum + share * densityAt(paces[p] as Pace, 30 * minute),
    0,
  );
  const tags = new TagComparison(span, changes).compare(changes[10] as Change);
  const harmless = expectedRisk(blame.changes, 0);
  const closeness = Math.log(windowMs * density);
  const rarity = Math.log(harmless / unknownRisk);
  const history = Math.log(expectedRisk(blame.changes, blame.blamed) / harmless);
  expect(first?.parts).toEqual({
    closeness: { score: expect.closeTo(closeness, 9), lagMs: 30 * minute },
    rarity: { score: expect.closeTo(rarity, 9), count: 11, periodMs: at },
    tags,
    history: {
      score: expect.closeTo(history, 9),
      blamed: expect.closeTo(blame.blamed, 9),
      withinMs: hour,
      changes: 10,
      followed: 10,
      expected: expect.any(Number),
    },
  });
  expect(first?.score).toBeCloseTo(closeness + rarity + tags.score + history, 9);
});

test.each([
  [1, hour],
  [20, hour],
  [90, 4 * hour],
])('counts spans that follow after %d minutes within %d ms', (lag, withinMs) => {
  const { changes, past } = routine(lag, 60);
  const span = spanAt(60 * 24 * 60 + lag, 'incident_sev1');
  const [first] = ranking({
    span,
    changes: changes.slice(-1),
    histories: historiesOf(changes),
    past,
    windowMs,
  });
  expect(first?.parts.history.withinMs).toBe(withinMs);
});

test('includes in a history the changes from its start up to the instant, and the spans before it', () => {
  const changes = [0, 100, 200, 300].map((at, i) => changeAt(i, at, 'deploy_shop'));
  const history: TypeHistory = { changes, fromMs: 100 * minute };
  const span = spanAt(200, 'incident_sev1');
  const suspicions = (begins: number[]) =>
    new Suspicions(new Map([['deploy_shop', history]]), begins, 200 * minute);
  const tags = new TagComparison(span, []);
  const { parts } = suspicions([200 * minute, 150 * minute]).of(changes[2] as Change, span, tags, windowMs);
  expect(parts.rarity).toMatchObject({ count: 2, periodMs: 100 * minute });
  // The span at the instant is not in its own past.
  expect(parts.history).toMatchObject({ changes: 1, followed: 1 });
  expect(suspicions([200 * minute]).of(changes[2] as Change, span, tags, windowMs).parts.history.blamed).toBe(
    0,
  );
  const later = suspicions([10, 150].map((at) => at * minute)).of(changes[2] as Change, span, tags, windowMs);
  const sorted = suspicions([150, 10].map((at) => at * minute)).of(
    changes[2] as Change,
    span,
    tags,
    windowMs,
  );
  expect(later).toEqual(sorted);
});

test('gives no length to a history that starts after the instant, and one change to a type without changes', () => {
  const history: TypeHistory = { changes: [], fromMs: 500 * minute };
  const suspicions = new Suspicions(new Map([['deploy_shop', history]]), [], 200 * minute);
  const span = spanAt(200, 'incident_sev1');
  const { parts } = suspicions.of(
    changeAt(1, 100, 'deploy_shop'),
    span,
    new TagComparison(span, []),
    windowMs,
  );
  expect(parts.rarity).toMatchObject({ count: 1, periodMs: 0 });
});

test('scores a type without a history only by closeness and tags', () => {
  const span = spanAt(200, 'incident_sev1', 'host=a');
  const change = changeAt(1, 180, 'dns', 'host=a');
  const tags = new TagComparison(span, []);
  const { score, parts } = new Suspicions(new Map(), [], 200 * minute).of(change, span, tags, windowMs);
  const density = paces.reduce((sum, pace) => sum + pace.prior * densityAt(pace, 20 * minute), 0);
  expect(parts).toEqual({
    closeness: { score: expect.closeTo(Math.log(windowMs * density), 12), lagMs: 20 * minute },
    rarity: { score: 0, count: 1, periodMs: 0 },
    tags: tags.compare(change),
    history: { score: 0, blamed: 0, withinMs: 0, changes: 0, followed: 0, expected: 0 },
  });
  expect(score).toBeCloseTo(parts.closeness.score + parts.tags.score, 12);
});

const span = spanAt(3_000, 'incident_sev1');
const rank = (changes: readonly Change[], others: Partial<SuspectsInput> = {}) =>
  ranking({ span, changes, histories: historiesOf(changes), past: [], windowMs, ...others });

test.each([
  ['at the instant of the span', 3_000, 1],
  ['a minute after it', 3_001, 0],
  ['at the start of the window', 3_000 - 24 * 60, 1],
  ['a minute before the window', 3_000 - 24 * 60 - 1, 0],
])('decides whether a change %s is a suspect', (_, minutes, count) => {
  expect(rank([changeAt(1, minutes, 'deploy_shop')])).toHaveLength(count);
});

test('uses the state of a change at the start of the span when it continues later', () => {
  const [change] = changesOf([
    eventAt(1, 2_995, 'deploy_a', 'version=1'),
    eventAt(2, 3_005, 'deploy_a', 'version=1'),
  ]) as [Change];
  const [first] = rank([change]);
  expect(first?.change).toMatchObject({ begin: 2_995 * minute, end: 2_995 * minute });
  expect(first?.parts.closeness.lagMs).toBe(5 * minute);
  // Its last event before the span decides whether it is in the window.
  const long = { ...change, begin: 0, events: [eventAt(1, 0, 'deploy_a', 'version=1'), ...change.events] };
  expect(rank([long])).toHaveLength(1);
});

test('never suspects a span of causing the same span', () => {
  const own = spanOf([[42, 3_000, 'deploy_shop_start', 'span=1']]);
  const ranked = ranking({
    span: own,
    changes: [changeOfSpan(own), changeAt(1, 2_990, 'deploy_shop')],
    histories: new Map(),
    past: [],
    windowMs,
  });
  expect(ranked.map(({ change }) => change.span)).toEqual([null]);
});

test('ranks the most suspicious change first, for any order of the input', () => {
  const near = changeAt(1, 2_999, 'deploy_near');
  const far = changeAt(2, 2_000, 'deploy_far');
  for (const changes of [
    [near, far],
    [far, near],
  ])
    expect(rank(changes).map(({ change }) => change.type)).toEqual(['deploy_near', 'deploy_far']);
});

test('uses only similar spans as the past', () => {
  const { changes, past } = routine(30);
  const at = 10 * 24 * 60 + 30;
  const recordOf = (of: Span, others: readonly Span[]) =>
    ranking({
      span: of,
      changes: changes.slice(-1),
      histories: historiesOf(changes),
      past: others,
      windowMs,
    })[0]?.parts.history.followed;
  expect(recordOf(spanAt(at, 'incident_sev3'), past)).toBe(10);
  expect(recordOf(spanAt(at, 'gain'), past)).toBe(0);
  // The span is not in its own past, wherever it starts.
  const moved = past.map((one, i) => (i === 0 ? { ...one, id: spanAt(at, 'incident').id } : one));
  expect(recordOf(spanAt(at, 'incident'), moved)).toBe(9);
});

test('weighs tags among the changes of all types', () => {
  const tagged = spanAt(3_000, 'incident_sev1', 'host=a');
  const own = changeAt(1, 2_990, 'deploy_shop', 'host=a');
  const others = Array.from({ length: 10 }, (_, i) => changeAt(10 + i, 100, 'puppet', 'host=b'));
  const [first] = ranking({
    span: tagged,
    changes: [own],
    histories: historiesOf([own, ...others]),
    past: [],
    windowMs,
  });
  const all = new TagComparison(tagged, [own, ...others]).compare(own);
  expect(first?.parts.tags).toEqual(all);
});

const change = changeAt(1, 1_000, 'deploy_shop', 'host=a');
const follow = (
  candidates: readonly Span[],
  past: readonly Span[] = [],
  of: Change = change,
  history: readonly Change[] = [of],
) =>
  rankFollowers({ change: of, history: { changes: history, fromMs: 0 }, candidates, past, windowMs: hour });

test.each([
  ['at the instant of the change', 1_000, 1],
  ['a minute before it', 999, 0],
  ['at the end of the window', 1_060, 1],
  ['a minute after the window', 1_061, 0],
])('decides whether a span that begins %s follows the change', (_, minutes, count) => {
  expect(follow([spanAt(minutes, 'incident')])).toHaveLength(count);
});

test('measures the window from the end of a change, and a span does not follow the same span', () => {
  const own = spanOf([
    [5, 1_000, 'deploy_shop_start', 'span=1'],
    [6, 1_100, 'deploy_shop_end', 'span=1'],
  ]);
  const followers = follow(
    [own, spanAt(1_050, 'incident'), spanAt(1_160, 'incident'), spanAt(1_161, 'incident')],
    [],
    changeOfSpan(own),
  );
  expect(followers.map((one) => one.span.begin / minute).sort()).toEqual([1_050, 1_160]);
  expect(followers.find((one) => one.span.begin === 1_050 * minute)?.parts.closeness.lagMs).toBe(50 * minute);
});

test('ranks the closest spans first, and checks a hundred of very many', () => {
  const spans = Array.from({ length: 101 }, (_, i) =>
    spanAt(1_000 + i / 2, 'incident', `incident=${i}`),
  ).reverse();
  const followers = follow(spans);
  expect(followers).toHaveLength(100);
  expect(followers.map((one) => one.span.begin)).toEqual(
    [...spans]
      .reverse()
      .slice(0, 100)
      .map(({ begin }) => begin),
  );
});

test('uses a separate past for each kind of span', () => {
  const { changes, past } = routine(30);
  const last = changes.at(-1) as Change;
  const at = 10 * 24 * 60 + 10;
  const candidates = [
    spanAt(at + 4, 'incident_sev2'),
    spanAt(at + 1, 'gain'),
    spanAt(at + 2, 'backup'),
    spanAt(at + 3, 'import'),
  ];
  const others = past.map(({ begin }, i) => spanAt(begin / minute + i / 60, 'backup'));
  const followers = follow(candidates, [...past, ...others.slice(0, 4)], last, changes);
  // The most suspicious first, although it is the last in time.
  expect(followers[0]?.span.type).toBe('incident_sev2');
  const followed = Object.fromEntries(followers.map((one) => [one.span.type, one.parts.history.followed]));
  expect(followed).toEqual({ incident_sev2: 10, gain: 0, backup: 4, import: 0 });
});

test('weighs the shared tags of a change and a span among changes of its type', () => {
  const history = [
    change,
    changeAt(2, 10, 'deploy_shop', 'host=b'),
    changeAt(3, 20, 'deploy_shop', 'host=b'),
  ];
  const follower = spanAt(1_010, 'incident', 'host=a');
  const [first] = follow([follower], [], change, history);
  expect(first?.parts.tags).toEqual(new TagComparison(follower, history).compare(change));
});

test('uses only data from before the start of the change', () => {
  const history = [change, changeAt(2, 1_030, 'deploy_shop')];
  const [first] = follow([spanAt(1_040, 'incident')], [spanAt(1_005, 'incident')], change, history);
  expect(first?.parts.rarity.count).toBe(1);
  expect(first?.parts.history).toMatchObject({ changes: 0, blamed: 0 });
});

test('explains only as many suspects as requested, and counts all', () => {
  const { changes, past } = routine(30);
  const span = spanAt(10 * 24 * 60 + 30, 'incident_sev1', 'host=a');
  const input = { span, changes, histories: historiesOf(changes), past, windowMs: 20 * day };
  const whole = rankSuspects(input);
  expect(whole.ranked).toHaveLength(11);
  expect(rankSuspects(input, 3)).toEqual({ ranked: whole.ranked.slice(0, 3), total: 11 });
});
