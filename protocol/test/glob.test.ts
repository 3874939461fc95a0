// Patterns: a star is any text, and nothing else means anything.

import fc from 'fast-check';
import { createGlobTest } from '../src';

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
])('%j and %j: %s', (pattern, text, expected) => {
  expect(createGlobTest(pattern)(text)).toBe(expected);
});

test('it agrees with a regular expression', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'ab*'), maxLength: 8 });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom(...'ab'), maxLength: 12 }), (pattern, text) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
      expect(createGlobTest(pattern)(text)).toBe(expression.test(text));
    }),
    { numRuns: 5_000 },
  );
});

test('many stars cost no more than few', () => {
  const begin = performance.now();
  expect(createGlobTest(`${'*a'.repeat(500)}b`)('a'.repeat(100_000))).toBe(false);
  expect(performance.now() - begin).toBeLessThan(5_000);
});
