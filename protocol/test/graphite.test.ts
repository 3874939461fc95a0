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

describe('what a Graphite client posted', () => {
  test('is read back with no tags, one, many, and the word `none`', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.constant('event')), { maxLength: 4 }), (tags) => {
        const event = fromGraphiteTags(tags);
        expect(graphiteTags(event.type, event.tags)).toEqual(tags);
      }),
      { numRuns: 1_000 },
    );
  });

  // Takes minutes if the search starts again at each line end.
  test('is read quickly with a title of many line ends', () => {
    const start = performance.now();
    const lines = '\n'.repeat(300_000);
    expect(fromGraphiteText(`a${lines}b`, '')).toHaveLength(300_002);
    expect(fromGraphiteText(`${lines}a${lines}`, '')).toBe('a');
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('is read back with what and data, including empty ones', () => {
    const title = fc.oneof(
      fc.constant(''),
      // A carriage return at the end of a title is part of its line end.
      description.map((text) => text.replaceAll('\n', '').replace(/\r+$/, '')),
    );
    fc.assert(
      fc.property(title, fc.oneof(fc.constant(''), description), (what, data) => {
        const text = fromGraphiteText(what, data);
        const event = { id: 1, time: 0, type: 'a', tags: [], description: text };
        expect(toGraphite(event)).toMatchObject({ what, data });
        expect(text).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    [1_467_844_481, 1_467_844_481_000, 1_467_844_481],
    [1_467_844_481.29, 1_467_844_481_290, 1_467_844_481],
    [1_467_844_480.9996, 1_467_844_480_999, 1_467_844_480],
    [-5, -5_000, -5],
    [-0.5, -500, -1],
  ])('reads the when %p as %p ms and shows it as %p', (when, timeMs, shown) => {
    expect(timeOfGraphiteWhen(when)).toBe(timeMs);
    expect(toGraphite({ id: 1, time: timeMs, type: 'a', tags: [], description: 'x' }).when).toBe(shown);
  });
});

test.each([
  ['deploy done\n', '', 'deploy done'],
  ['deploy done\r\n', '', 'deploy done'],
  ['\ndeploy done\n\n', '', 'deploy done'],
  ['release 42\n\nfixes login', '', 'release 42\n\nfixes login'],
  ['release 42\r\nfixes login\r\n', 'https://ci/42', 'release 42\nfixes login\nhttps://ci/42'],
  ['\n', '', '\n'],
])('splits a what of several lines, %j with data %j, into a title and a body', (what, data, text) => {
  expect(fromGraphiteText(what, data)).toBe(text);
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
  ['shop,prod,deploy', ['shop', 'prod', 'deploy']],
  ['tag1, tag2,,', ['tag1', 'tag2']],
  [
    ['cable,chrome', 'x'],
    ['cable', 'chrome', 'x'],
  ],
  [{}, null],
  [5, null],
  [true, null],
  [[['a']], null],
])('reads the tags %j as %j', (given, words) => {
  expect(parseGraphiteTags(given)).toEqual(words);
});
