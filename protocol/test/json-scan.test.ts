// JSON that JSON.parse accepts but clients must not send.

import fc from 'fast-check';
import { scanJson, strictJson } from '../src';

const codeOf = (text: string): string | null => scanJson(text)?.code ?? null;

test.each([
  '{"a": 1, "b": {"a": 2, "c": [{"a": 3}, {"a": 4}]}, "c": 5}',
  '["a", "a", {"a": "a:a", "b": "a\\": {"}]',
  '{"a": "\\\\", "b": ":"}',
  '{"__proto__": 1, "constructor": 2, "hasOwnProperty": 3}',
  `${'['.repeat(64)}${']'.repeat(64)}`,
  `[${'{"a": []},'.repeat(1_000)}{}]`,
  '',
  '"a',
  '{"a" "a"}',
])('accepts %s', (text) => {
  expect(scanJson(text)).toBeNull();
});

test.each([
  '{"a": 1, "a": 2}',
  '{"a" : 1, "b": {"a": 1, "a" \n : 2}}',
  '[1, {"x": [], "y": {"z": 1}, "x": 2}]',
  '{"a": 1, "\\u0061": 2}',
  '{"\\"": 1, "\\u0022": 2}',
  '{"__proto__": 1, "__proto__": 2}',
  `{${Array.from({ length: 100 }, (_, i) => `"k${i}": ${i}`).join()}, "k7": 1}`,
])('refuses a repeated key in one object: %s', (text) => {
  expect(codeOf(text)).toBe('DUPLICATE_KEY');
  expect(scanJson(text, { ...strictJson, takesDuplicateKeys: true })).toBeNull();
});

test('names the key', () => {
  expect(scanJson('{"type": "a", "type": "b"}')?.message).toContain('"type"');
});

test.each(['[', '{"a":', '[{"a":'])('refuses deep nesting: %s, repeated', (opening) => {
  expect(codeOf(opening.repeat(65))).toBe('JSON_TOO_DEEP');
  expect(codeOf(opening.repeat(1_000_000))).toBe('JSON_TOO_DEEP');
});

test('accepts everything that JSON.stringify writes', () => {
  fc.assert(fc.property(fc.json(), (text) => codeOf(text) !== 'DUPLICATE_KEY'));
});

test('finds a repeated key in any notation', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), (fields) => {
      const keys = Object.keys(fields);
      const text = `${JSON.stringify(fields).slice(0, -1)},${JSON.stringify(keys[keys.length >> 1])}:0}`;
      return codeOf(text) === 'DUPLICATE_KEY' || codeOf(text) === 'JSON_TOO_DEEP';
    }),
  );
});
