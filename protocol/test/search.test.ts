// Searches: any input is valid and finds what a person expects.

import fc from 'fast-check';
import { createSearchTest, hitsOf, parseSearch, tokensOf } from '../src';

function finds(typed: string, description: string, type = 'note', tags: readonly string[] = []): boolean {
  const search = parseSearch(typed);
  return search !== null && createSearchTest(search)({ type, tags, description });
}

test.each([
  ['deploy', 'Deploy of website', true],
  ['deploy', 'redeployed', false],
  ['dep*', 'deployed', true],
  ['website deploy', 'deploy of website', true],
  ['deploy rollback', 'deploy of website', false],
  ['"deploy of"', 'the deploy of it', true],
  ['"of deploy"', 'the deploy of it', false],
  ['"deploy o"*', 'the deploy of it', true],
  ['-staging', 'on production', true],
  ['deploy -staging', 'deploy on staging', false],
  ['-"roll back"', 'roll it back', true],
  ['-"roll back"', 'we roll back', false],
  ['web-01.example', 'on WEB-01.example.com', true],
  ['web-01.example', 'on web 02 example', false],
  ['File[/etc/hosts]', 'Changed File[/etc/hosts], Service[x]', true],
  ['cafe', 'the Café', true],
  ['CAFÉ', 'the cafe', true],
  ['деплой', 'Деплой сайта', true],
  ['東京', '昨日東京で', true],
  ['京東', '昨日東京で', false],
  ['🚀', 'released 🚀 today', true],
  ['foo & bar', 'bar, foo', true],
  ['', 'anything', true],
  ['   ', 'anything', true],
  ['""', 'anything', true],
  ['&& ***', 'anything', false],
  ['-', 'anything', false],
  ['a AND b', 'a b', false],
  ['NEAR(a b)', 'near a b', true],
  ['type:deploy', 'type deploy', true],
  ['"open quote', 'an open quote', true],
  ['^', 'x ^ y', false],
])('searches %j in %j: %s', (typed, description, expected) => {
  expect(finds(typed, description)).toBe(expected);
});

test('searches the type and each tag, too', () => {
  expect(finds('website', 'x', 'deploy_website')).toBe(true);
  expect(finds('web01', 'x', 'deploy', ['host=web01.example'])).toBe(true);
  expect(finds('host=web01', 'x', 'deploy', ['host=web01.example'])).toBe(true);
  expect(finds('-web01', 'x', 'deploy', ['host=web01.example'])).toBe(false);
  expect(finds('"deploy prod"', 'prod', 'deploy', ['prod'])).toBe(false);
});

test.each([
  ['a a A á "a"', 1],
  ['-a '.repeat(500), 1],
  ['a a* -c "a b"', 4],
  [`${'-a '.repeat(500)}b`, 2],
])('counts equal terms of %j once', (typed, terms) => {
  expect(parseSearch(typed)).toHaveLength(terms);
});

test.each(['a -a', 'deploy -dep*', '"roll back" -back', 'dep* -de*', 'web-01 -01'])(
  'finds nothing for %j',
  (typed) => {
    expect(parseSearch(typed)).toBeNull();
  },
);

test('accepts any input', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.string({ unit: 'binary' }),
      (typed, text) => {
        finds(typed, text);
      },
    ),
    { numRuns: 3_000 },
  );
});

test('searches ASCII text with the same result as by words', () => {
  const text = fc.string({ unit: fc.constantFrom(...'abA1-_ "*.\n') });
  fc.assert(
    fc.property(text, text, (typed, description) => {
      const search = parseSearch(typed);
      // The same text with one more non-ASCII word takes the other path.
      const both = [description, `${description} é`].map(
        (one) => search !== null && createSearchTest(search)({ type: '-', tags: [], description: one }),
      );
      expect(both[0]).toBe(both[1]);
    }),
    { numRuns: 5_000 },
  );
});

test('finds every text by its own words', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      for (const word of tokensOf(text)) expect(finds(`"${word}"`, text)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test('searches a long sequence of similar text quickly', () => {
  const hostile = `${'a'.repeat(500)}-`.repeat(1_000);
  const begin = performance.now();
  expect(finds(`"${'a '.repeat(200)}b"`, '-'.repeat(500_000))).toBe(false);
  expect(finds('"aa aa b"', hostile)).toBe(false);
  expect(performance.now() - begin).toBeLessThan(5_000);
});

test.each([
  ['deploy', 'Deploy of deploy-1, redeployed', ['Deploy', 'deploy']],
  ['dep*', 'deployed by dep', ['deployed', 'dep']],
  ['"of the"', 'of the end, of them', ['of the']],
  ['"roll back"*', 'roll backs; roll', ['roll backs']],
  ['deploy "deploy of"', 'deploy of x', ['deploy of']],
  ['cafe', 'a Café, a cafe\u0301!', ['Café', 'cafe\u0301']],
  ['web-01.example', 'on web-01.example.com', ['web-01.example']],
  ['-staging prod', 'staging and prod', ['prod']],
  ['東京', '東京都', ['東京']],
  ['nothing', 'else', []],
])('marks what %j finds in %j', (typed, text, expected) => {
  const hits = hitsOf(text, parseSearch(typed) ?? []);
  expect(hits.map(([start, end]) => text.slice(start, end))).toEqual(expected);
});

test('marks a part of each text that a word finds, in order and without overlaps', () => {
  const word = fc.stringMatching(/^[a-c]{1,2}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), word, fc.boolean(), (words, wanted, isPrefix) => {
      const text = words.join(' - ');
      const typed = `${wanted}${isPrefix ? '*' : ''}`;
      const hits = hitsOf(text, parseSearch(typed) ?? []);
      expect(hits.length > 0).toBe(finds(typed, text));
      for (const [i, [start, end]] of hits.entries()) {
        expect(start).toBeGreaterThanOrEqual(hits[i - 1]?.[1] ?? 0);
        expect(tokensOf(text.slice(start, end))[0]?.startsWith(wanted)).toBe(true);
      }
    }),
  );
});

test('marks hits in a long text in linear time', () => {
  const begin = performance.now();
  expect(hitsOf('a '.repeat(30_000), parseSearch('a "a a a" b*') ?? [])).toHaveLength(1);
  expect(performance.now() - begin).toBeLessThan(5_000);
});
