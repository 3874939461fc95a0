import fc from 'fast-check';
import { parseTarget } from '../../src/graphite/expression';

const text = (value: string) => ({ kind: 'string', value });
const call = (name: string, ...given: unknown[]) => ({
  kind: 'call',
  name,
  arguments: given.map((value) => ({ name: null, value })),
});

test.each([
  ['events("a", \'b\')', call('events', text('a'), text('b'))],
  [
    'aliasSub( constantLine(100) , "(^.*$)", "\\1 A" )',
    call('aliasSub', call('constantLine', { kind: 'number', value: 100 }), text('(^.*$)'), text('\\1 A')),
  ],
  ['events("say \\"x\\", (y)")', call('events', text('say \\"x\\", (y)'))],
  [
    'f(-1.5e3,true,False)',
    call(
      'f',
      { kind: 'number', value: -1500 },
      { kind: 'boolean', value: true },
      { kind: 'boolean', value: false },
    ),
  ],
  ['f()', call('f')],
  ['servers.{web,db}*.load[1-5].1', { kind: 'path', path: 'servers.{web,db}*.load[1-5].1' }],
  ['12.5', { kind: 'number', value: 12.5 }],
  ['12.5.load', { kind: 'path', path: '12.5.load' }],
  ['events("é\u{1f680}")', call('events', text('é\u{1f680}'))],
])('reads %s', (target, expected) => {
  expect(parseTarget(target)).toEqual({ ok: true, value: expected });
});

test('accepts an argument by name', () => {
  const parsed = parseTarget('summarize(events("a"), "1h", func="max")');
  expect(parsed).toMatchObject({
    value: { arguments: [{ name: null }, { name: null }, { name: 'func', value: text('max') }] },
  });
});

test.each([
  ['events("a"', 'its end: expected "," or ")"'],
  ['events("a', 'character 8: expected a function, a string or a number'],
  ['events("a") x', 'character 13: expected the end of the target'],
  ['events("a",)', 'character 12: expected a function'],
  ['a.b(1)', 'character 5: expected the name of a function'],
  ['("a")', 'character 1: expected a function'],
  ['', 'its end: expected a function'],
  [`${'f('.repeat(40)}${')'.repeat(40)}`, 'nested deeper than 32'],
])('refuses %s and names the position', (target, message) => {
  expect(parseTarget(target)).toEqual({ ok: false, message: expect.stringContaining(message) });
});

test('never throws, whatever the text', () => {
  const piece = fc.constantFrom(
    'events',
    '(',
    ')',
    '"',
    "'",
    ',',
    '=',
    '\\',
    '{',
    '}',
    ' ',
    '1',
    'é',
    '\u0000',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece).map((all) => all.join('')),
      ),
      (target) => {
        expect(typeof parseTarget(target).ok).toBe('boolean');
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each([
  ['"'.padEnd(4_096, '\\"')],
  ['{'.repeat(4_096)],
  ['a{b,'.repeat(1_024)],
  [' '.repeat(4_096)],
  ['f('.repeat(2_048)],
])('reads a hostile target of 4096 characters quickly', (target) => {
  expect(parseTarget(target).ok).toBe(false); // a quadratic parser exceeds the time limit of a test
});
