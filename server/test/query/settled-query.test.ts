// The words of a query that count after a check which of them exist.

import { eventLimits } from '@anthracite/protocol';
import type { EventQuery } from '../../src/query/event-query';
import { settleQuery } from '../../src/query/settled-query';

const range = { fromMs: 0, untilMs: 1, order: 'ascending' } as const;
const settled = (query: Partial<EventQuery>, known: readonly string[] = []) => {
  const asked: string[] = [];
  return settleQuery({ ...range, ...query }, (word) => {
    asked.push(word.join('|'));
    return Promise.resolve(word.some((one) => known.includes(one)));
  }).then((query) => ({ query, asked }));
};
const manyTags = Array.from({ length: eventLimits.maxTags + 1 }, (_, i) => `tag${i}`);

test('leaves a query without words unchanged', async () => {
  expect(await settled({ types: ['a'] })).toEqual({ query: { ...range, types: ['a'] }, asked: [] });
});

test('keeps the existing words of a lazy query, each once', async () => {
  const words = [['a'], ['b'], ['a'], ['c', 'd']];
  expect(await settled({ words: { words, set: 'lazy' } }, ['a', 'd'])).toEqual({
    query: { ...range, words: { words: [['a'], ['c', 'd']], set: 'intersection' } },
    asked: ['a', 'b', 'c|d'],
  });
});

test('matches nothing for lazy words that do not exist', async () => {
  expect(await settled({ words: { words: [['a'], ['b']], set: 'lazy' } })).toMatchObject({ query: 'none' });
});

test('keeps a single lazy word without asking the store', async () => {
  expect(await settled({ words: { words: [['a'], ['a']], set: 'lazy' } })).toEqual({
    query: { ...range, words: { words: [['a']], set: 'intersection' } },
    asked: [],
  });
});

test.each(['union', 'intersection'] as const)(
  'keeps all words of a %s without asking the store',
  async (set) => {
    const words = [['a'], ['b']];
    expect(await settled({ words: { words, set } })).toEqual({
      query: { ...range, words: { words, set } },
      asked: [],
    });
  },
);

test('matches nothing without words', async () => {
  expect(await settled({ words: { words: [], set: 'union' } })).toMatchObject({ query: 'none' });
});

test('matches nothing for a search that finds nothing', async () => {
  expect(await settled({ search: null })).toMatchObject({ query: 'none' });
});

test('matches nothing for more tags than an event can have; patterns and repetitions do not count', async () => {
  expect(await settled({ all: manyTags })).toMatchObject({ query: 'none' });
  const few = [...manyTags.slice(1), 'tag1', '*', 'a*'];
  expect(await settled({ all: few })).toMatchObject({ query: { all: few } });
});
