// Short calls of a thread go first, and delay no other call for long.

import { type OrderedCall, WaitingCalls } from '../../src/storage/threads/waiting-calls';

interface Named extends OrderedCall {
  readonly name: string;
}

function takeAll(...names: readonly string[]): string[] {
  const calls = new WaitingCalls<Named>();
  for (const name of names) calls.add({ name, isFirst: name.startsWith('short') });
  const taken: string[] = [];
  while (calls.size > 0) taken.push(calls.take()?.name ?? '');
  return taken;
}

test('takes calls in the order they came', () => {
  expect(takeAll('one', 'two', 'three')).toEqual(['one', 'two', 'three']);
  expect(takeAll('short 1', 'short 2', 'one')).toEqual(['short 1', 'short 2', 'one']);
});

test('lets a short call overtake others', () => {
  expect(takeAll('one', 'two', 'short 1')).toEqual(['short 1', 'one', 'two']);
});

test('lets a call be overtaken by one other only', () => {
  expect(takeAll('one', 'two', 'short 1', 'short 2', 'short 3')).toEqual([
    'short 1',
    'one',
    'short 2',
    'two',
    'short 3',
  ]);
});

test('has nothing to take when nothing waits', () => {
  expect(new WaitingCalls().take()).toBeUndefined();
});
