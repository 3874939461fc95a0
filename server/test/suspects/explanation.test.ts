// The explanation of a suspicion, part by part.

import { explainSuspicion } from '../../src/suspects/explanation';
import type { Suspicion } from '../../src/suspects/suspicion';
import { day, hour, minute, spanAt } from './pieces';

const parts: Suspicion['parts'] = {
  closeness: { score: 1, lagMs: 12 * minute },
  rarity: { score: 1, count: 3, periodMs: 30 * day },
  tags: { score: 1, shared: [], different: [] },
  history: { score: 1, changes: 9, followed: 4, expected: 0.312, blamed: 3.9, withinMs: hour },
};
const explain = (
  own: Partial<Suspicion['parts']>,
  stem = 'incident',
  direction: 'before' | 'after' = 'before',
): string[] =>
  explainSuspicion('dns', { score: 4, parts: { ...parts, ...own } }, spanAt(0, stem), direction).split('; ');

test.each([
  [0, 'before', 'at the same instant'],
  [90_000, 'before', '1 minute 30 seconds before'],
  [12 * minute, 'before', '12 minutes before'],
  [12 * minute, 'after', '12 minutes after'],
] as const)('describes a lag of %d ms, seen %s, as "%s"', (lagMs, direction, expected) => {
  const [closeness] = explain({ closeness: { score: 1, lagMs } }, 'incident', direction);
  expect(closeness).toBe(expected);
});

test.each([
  [1, 0, 'dns is new'],
  [1, 999, 'dns is new'],
  [1, 1_000, 'dns is new: the first in 1 second'],
  [9, 30 * day, 'dns is rare: 9 in 30 days'],
  [10, 30 * day, 'dns is not rare: 10 in 30 days'],
  [89, 30 * day, 'dns is not rare: 89 in 30 days'],
  [90, 30 * day, 'dns happens often: 90 in 30 days'],
  [2, hour, 'dns is not rare: 2 in 1 hour'],
  [3, hour, 'dns happens often: 3 in 1 hour'],
])('describes %d changes in %d ms', (count, periodMs, expected) => {
  expect(explain({ rarity: { score: 1, count, periodMs } })[1]).toBe(expected);
});

test.each([
  [[], [], []],
  [['a', 'b', 'c'], [], ['shares a, b, c']],
  [['a', 'b', 'c', 'd'], ['x'], ['shares a, b, c and 1 more', 'differs in x']],
  [[], ['v', 'w', 'x', 'y', 'z'], ['differs in v, w, x and 2 more']],
])('lists shared %j and different %j', (shared, different, expected) => {
  expect(explain({ tags: { score: 1, shared, different } }).slice(2, -1)).toEqual(expected);
});

test.each([
  [{ changes: 0, followed: 0 }, 'nothing is known of earlier dns'],
  [
    { followed: 0 },
    'none of 9 earlier dns was followed by an incident within 1 hour, against 0.31 expected by chance',
  ],
  [
    { followed: 1 },
    '1 of 9 earlier dns was followed by an incident within 1 hour, against 0.31 expected by chance',
  ],
  [
    { followed: 2 },
    '2 of 9 earlier dns were followed by an incident within 1 hour, against 0.31 expected by chance',
  ],
])('describes a history with %j', (history, expected) => {
  expect(explain({ history: { ...parts.history, ...history } }).at(-1)).toBe(expected);
});

test.each([
  [0, '0'],
  [0.0123, '0.012'],
  [9.96, '10'],
  [99.4, '99'],
  [100, '100'],
  [123.6, '124'],
])('writes %d expected by chance as %s', (expected, text) => {
  expect(explain({ history: { ...parts.history, expected } }).at(-1)).toContain(`against ${text} expected`);
});

test.each([
  ['incident_sev2', 'an incident'],
  ['gain', 'a gain'],
  ['backup', 'a span backup'],
])('calls a span %s %s', (stem, what) => {
  expect(explain({}, stem).at(-1)).toContain(` by ${what} within`);
});
