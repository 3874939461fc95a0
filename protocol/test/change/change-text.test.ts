// Cleaning of foreign text: the test vectors that Ruby shares, and texts that are designed to be slow.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { formatLine } from '../../src';
import {
  type ChangeItem,
  type ChangeText,
  cleanText,
  commandTitle,
  formatChange,
  formatDuration,
  formatLink,
  formatReference,
  keyOf,
  maskSecrets,
  matchesGlob,
  parseChangeTime,
  runsOf,
  safeText,
  shortenCommandReferences,
  toItems,
  toTagWord,
  withoutNumbers,
} from '../../src/change';
import type { Event } from '../../src/event';

interface Vectors {
  readonly clean: [string, string][];
  readonly mask: [string, string][];
  readonly command: [string, string][];
  readonly references: [string, string][];
  readonly key: [string[], string, string][];
  readonly withoutNumbers: [string, string][];
  readonly tagWord: [string, string][];
  readonly reference: [string, string, string][];
  readonly runs: [string[], string[]][];
  readonly time: [string, number | null][];
  readonly duration: [number, string][];
  readonly items: [{ reference: string; what: string }[], ChangeItem[]][];
  readonly change: [ChangeText, number, string][];
  readonly link: [string, Record<string, string>, string][];
  readonly glob: [string, string, boolean][];
  readonly line: [Event, string][];
}

const vectors = JSON.parse(
  readFileSync(join(__dirname, '../../../vectors/change-text.json'), 'utf8'),
) as Vectors;

test.each(vectors.clean)('cleans %j', (text, clean) => expect(cleanText(text)).toBe(clean));
test.each(vectors.mask)('masks secrets in %j', (text, masked) => expect(maskSecrets(text)).toBe(masked));
test.each(vectors.command)('shortens the title %j to %j', (text, told) =>
  expect(commandTitle(text)).toBe(told),
);
test.each(vectors.references)('shortens commands that %j refers to', (text, told) =>
  expect(shortenCommandReferences(text)).toBe(told),
);
test.each(vectors.key)('gives %j on %s a key', (parts, host, key) => expect(keyOf(parts, host)).toBe(key));
test.each(vectors.withoutNumbers)('removes numbers from %j', (text, plain) =>
  expect(withoutNumbers(text)).toBe(plain),
);
test.each(vectors.tagWord)('turns %j into a word', (text, word) => expect(toTagWord(text)).toBe(word));
test.each(vectors.reference)('turns %s %j into a reference', (type, title, reference) =>
  expect(formatReference(type, title)).toBe(reference),
);
test.each(vectors.runs)('joins %j to one range', (names, runs) =>
  expect(runsOf(names).map(({ text }) => text)).toEqual(runs),
);
test.each(vectors.time)('reads %j as a time', (text, time) => expect(parseChangeTime(text)).toBe(time));
test.each(vectors.duration)('writes %d seconds as %s', (seconds, text) =>
  expect(formatDuration(seconds)).toBe(text),
);
test.each(vectors.items)('turns %j into items', (resources, items) =>
  expect(toItems(resources)).toEqual(items),
);
test.each(vectors.change)('describes %j within %d characters', (change, max, text) =>
  expect(formatChange(change, max)).toBe(text),
);
test.each(vectors.link)('fills in %s', (template, places, link) =>
  expect(formatLink(template, places)).toBe(link),
);
test.each(vectors.glob)('matches %s against %s', (pattern, text, matches) =>
  expect(matchesGlob(pattern, text)).toBe(matches),
);
test.each(vectors.line)('writes %j as a line', (event, line) => expect(formatLine(event)).toBe(line));

test('returns one clean line within its limits for any input', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.integer({ min: 3, max: 80 }),
      (text, max) => {
        const safe = safeText(text, max);
        expect(Array.from(safe).length).toBeLessThanOrEqual(max);
        expect(safe).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]/);
        expect(safe.isWellFormed()).toBe(true);
        expect(toTagWord(text)).not.toMatch(/[\s;]/);
      },
    ),
  );
});

// Each of these takes minutes with a pattern that backtracks.
test.each([
  ['words that end in no key', 'password'.repeat(100_000)],
  ['dashes', '-'.repeat(1_000_000)],
  ['quotes that stay open', 'password="\\'.repeat(100_000)],
  ['escape characters', '\u001b['.repeat(500_000)],
  ['hosts without an end', '://a:'.repeat(200_000)],
  ['programs', 'mysql '.repeat(200_000)],
])('needs no more time for a long text of %s', (_what, text) => {
  expect(safeText(text, 80).length).toBeLessThanOrEqual(80);
});
