import fc from 'fast-check';
import {
  fromGraphiteTags,
  fromGraphiteText,
  graphiteTags,
  parseGraphiteTags,
  timeOfGraphiteWhen,
  toGraphite,
} from '../src';
import { description, word } from './arbitraries';

describe('what a Graphite client posted, it reads back unchanged', () => {
  test('tags: none, one, many, and the word that stands for none', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.constant('event')), { maxLength: 4 }), (tags) => {
        const event = fromGraphiteTags(tags);
        expect(graphiteTags(event.type, event.tags)).toEqual(tags);
      }),
      { numRuns: 1_000 },
    );
  });

  test('what and data, empty ones included', () => {
    const title = fc.oneof(
      fc.constant(''),
      description.map((text) => text.replaceAll('\n', '')),
    );
    fc.assert(
      fc.property(title, fc.oneof(fc.constant(''), description), (what, data) => {
        const text = fromGraphiteText(what, data);
        if (!text.ok) throw new Error(text.problem.message);
        const event = { id: 1, time: 0, type: 'a', tags: [], description: text.value };
        expect(toGraphite(event)).toMatchObject({ what, data });
        expect(text.value).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });

  test('a what with a line break is the one exception', () => {
    expect(fromGraphiteText('a\nb', '')).toMatchObject({
      ok: false,
      problem: { code: 'TITLE_WITH_LINE_BREAK' },
    });
  });

  test.each([
    [1_467_844_481, 1_467_844_481_000, 1_467_844_481],
    [1_467_844_481.29, 1_467_844_481_290, 1_467_844_481],
    [1_467_844_480.9996, 1_467_844_480_999, 1_467_844_480],
    [-5, -5_000, -5],
    [-0.5, -500, -1],
  ])('when %p is %p ms and shown as %p', (when, timeMs, shown) => {
    expect(timeOfGraphiteWhen(when)).toBe(timeMs);
    expect(toGraphite({ id: 1, time: timeMs, type: 'a', tags: [], description: 'x' }).when).toBe(shown);
  });
});

test.each([
  [undefined, []],
  [null, []],
  ['', []],
  [[], []],
  ['a b', ['a', 'b']],
  [' a \t b\u00a0c ', ['a', 'b', 'c']],
  [
    ['a b', 'c'],
    ['a', 'b', 'c'],
  ],
  [
    ['a', 'a'],
    ['a', 'a'],
  ],
  [{}, null],
  [5, null],
  [true, null],
  [[['a']], null],
])('tags given as %j are read as %j', (given, words) => {
  expect(parseGraphiteTags(given)).toEqual(words);
});
