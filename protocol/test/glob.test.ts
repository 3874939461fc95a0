// Patterns: a star matches any text, and no other character is special.

import fc from 'fast-check';
import { createGlobTest, isPlainName, partPatterns, toExclusion } from '../src';

test.each([
  ['deploy', 'deploy', true],
  ['deploy', 'deploy_web', false],
  ['deploy*', 'deploy', true],
  ['deploy_*', 'deploy_web', true],
  ['*web*', 'deploy_web_1', true],
  ['*web', 'deploy_web_1', false],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['d?ploy', 'deploy', false],
  ['[d]eploy', 'deploy', false],
  ['incident_*_start', 'incident_sev1_start', true],
  ['ab*bc', 'abc', false],
])('matches %j and %j: %s', (pattern, text, expected) => {
  expect(createGlobTest(pattern)(text)).toBe(expected);
});

test('agrees with a regular expression', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'ab*'), maxLength: 8 });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom(...'ab'), maxLength: 12 }), (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
      expect(createGlobTest(pattern)(text)).toBe(expression.test(text));
    }),
    { numRuns: 5_000 },
  );
});

test('needs no more time for many stars than for few', () => {
  const begin = performance.now();
  expect(createGlobTest(`${'*a'.repeat(500)}b`)('a'.repeat(100_000))).toBe(false);
  expect(performance.now() - begin).toBeLessThan(5_000);
});

test('splits a list of patterns into included and excluded ones', () => {
  expect(partPatterns(['a*', '!b', 'c', '!!d'])).toEqual({ wanted: ['a*', 'c'], unwanted: ['b', '!d'] });
  expect(partPatterns([])).toEqual({ wanted: [], unwanted: [] });
  expect(partPatterns([toExclusion('a*')])).toEqual({ wanted: [], unwanted: ['a*'] });
});

test('recognizes a name with a special character as a pattern', () => {
  expect(['a', 'a!b', '!a', 'a*', ''].map(isPlainName)).toEqual([true, true, false, false, true]);
});
