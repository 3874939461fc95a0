// Searches: any input is valid and finds what a person expects.

import fc from 'fast-check';
import { createSearchTest, parseSearch, tokensOf } from '../src';

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
