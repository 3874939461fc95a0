// Which events are one change, and the state of a change at an instant.

import type { Span } from '@anthracite/protocol';
import { type Change, changeOfSpan, changesOf, changeUntil } from '../../src/suspects/change';
import { eventAt as event, minute, spanOf } from './pieces';

const idsOf = (changes: readonly Change[]): number[][] =>
  changes.map(({ events }) => events.map(({ id }) => id));

test('joins events of one version up to 15 minutes apart', () => {
  const of = (minutes: number) =>
    idsOf(changesOf([event(1, 0, 'deploy_a', 'version=1'), event(2, minutes, 'deploy_a', 'version=1')]));
  expect(of(15)).toEqual([[1, 2]]);
  expect(of(15 + 1 / 60)).toEqual([[1], [2]]);
});

test('measures the 15 minutes from the last event of a change', () => {
  const events = [0, 14, 28, 44, 58].map((at, i) => event(i, at, 'deploy_a', 'version=1'));
  expect(idsOf(changesOf(events))).toEqual([
    [0, 1, 2],
    [3, 4],
  ]);
});

test.each([
  ['of two types', event(1, 0, 'deploy_a', 'version=1'), event(2, 1, 'deploy_b', 'version=1')],
  ['of two versions', event(1, 0, 'deploy_a', 'version=1'), event(2, 1, 'deploy_a', 'version=2')],
  ['without a version', event(1, 0, 'deploy_a', 'env=prod'), event(2, 1, 'deploy_a', 'env=prod')],
  ['with and without a version', event(1, 0, 'deploy_a', 'version=1'), event(2, 1, 'deploy_a')],
])('separates events %s', (_, one, other) => {
  expect(idsOf(changesOf([one, other]))).toEqual([[1], [2]]);
});

test('separates events with one array of tags by their types', () => {
  const tags = ['version=1', 'span=1'];
  const events = ['deploy_a_start', 'deploy_a', 'deploy_a_end'].map((type, i) => ({
    id: i,
    time: i,
    type,
    tags,
  }));
  expect(changesOf(events).map(({ type, events: own }) => [type, own.length])).toEqual([['deploy_a', 1]]);
});

test('gives a change the times of its first and last event, and each tag once', () => {
  const [change] = changesOf([
    event(1, 0, 'deploy_a', 'version=1', 'host=a', 'host=a'),
    event(2, 5, 'deploy_a', 'version=1', 'host=b'),
  ]);
  expect(change).toMatchObject({ type: 'deploy_a', begin: 0, end: 5 * minute, span: null });
  expect(change?.tags).toEqual(['version=1', 'host=a', 'host=b']);
});

const lasting: Span = spanOf([
  [7, 10, 'deploy_a_start', 'span=1', 'host=a'],
  [8, 20, 'deploy_a_end', 'span=1', 'host=b'],
]);

test('treats a span as a change with its marks as events, and keeps its tags', () => {
  const change = changeOfSpan(lasting);
  expect(change).toMatchObject({
    type: 'deploy_a',
    begin: 10 * minute,
    end: 20 * minute,
    span: 7,
    tags: lasting.tags,
  });
  expect(change.events.map(({ id, time, type }) => [id, time / minute, type])).toEqual([
    [7, 10, 'deploy_a_start'],
    [8, 20, 'deploy_a_end'],
  ]);
  expect(change.events[0]?.tags).toEqual(lasting.tags);
  const before = changeUntil(change, 15 * minute);
  expect(before).toMatchObject({ begin: 10 * minute, end: 10 * minute, span: 7, tags: lasting.tags });
});

test('limits a change until an instant to the events and tags up to it', () => {
  const [change] = changesOf([1, 2, 3].map((id) => event(id, id, 'deploy_a', 'version=1', `host=${id}`))) as [
    Change,
  ];
  expect(changeUntil(change, 3 * minute)).toBe(change);
  const two = changeUntil(change, 2 * minute);
  expect([two.end, two.tags]).toEqual([2 * minute, ['version=1', 'host=1', 'host=2']]);
  const one = changeUntil(change, 2 * minute - 1);
  expect([one.end, one.tags]).toEqual([minute, ['version=1', 'host=1']]);
});
