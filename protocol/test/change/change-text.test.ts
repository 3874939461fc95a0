// What text of strangers becomes: the vectors that Ruby passes too, and texts made to be slow.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { formatLine } from '../../src';
import {
  type ChangeItem,
  type ChangeText,
  cleanText,
  collapseNames,
  formatChange,
  formatDuration,
  formatLink,
  formatReference,
  maskSecrets,
  matchesGlob,
  parseChangeTime,
  safeText,
  toItems,
  toTagWord,
} from '../../src/change';
import type { Event } from '../../src/event';

interface Vectors {
  readonly clean: [string, string][];
  readonly mask: [string, string][];
  readonly tagWord: [string, string][];
  readonly reference: [string, string, string][];
  readonly collapse: [string[], string[]][];
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

test.each(vectors.clean)('%j is cleaned', (text, clean) => expect(cleanText(text)).toBe(clean));
test.each(vectors.mask)('%j is masked', (text, masked) => expect(maskSecrets(text)).toBe(masked));
test.each(vectors.tagWord)('%j becomes a word', (text, word) => expect(toTagWord(text)).toBe(word));
test.each(vectors.reference)('%s %j becomes a reference', (type, title, reference) =>
  expect(formatReference(type, title)).toBe(reference),
);
test.each(vectors.collapse)('%j collapses', (names, collapsed) =>
  expect(collapseNames(names)).toEqual(collapsed),
);
test.each(vectors.time)('%j is a time', (text, time) => expect(parseChangeTime(text)).toBe(time));
test.each(vectors.duration)('%d seconds are %s', (seconds, text) =>
  expect(formatDuration(seconds)).toBe(text),
);
test.each(vectors.items)('%j become items', (resources, items) => expect(toItems(resources)).toEqual(items));
test.each(vectors.change)('%j is told within %d characters', (change, max, text) =>
  expect(formatChange(change, max)).toBe(text),
);
test.each(vectors.link)('%s is filled', (template, places, link) =>
  expect(formatLink(template, places)).toBe(link),
);
test.each(vectors.glob)('%s against %s', (pattern, text, matches) =>
  expect(matchesGlob(pattern, text)).toBe(matches),
);
test.each(vectors.line)('%j as a line', (event, line) => expect(formatLine(event)).toBe(line));

test('whatever comes in, one clean line within its bounds comes out', () => {
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

// Each of these takes minutes with a form that goes back over what it has read.
test.each([
  ['words that end in no key', 'password'.repeat(100_000)],
  ['dashes', '-'.repeat(1_000_000)],
  ['quotes that stay open', 'password="\\'.repeat(100_000)],
  ['escape characters', '\u001b['.repeat(500_000)],
  ['hosts without an end', '://a:'.repeat(200_000)],
  ['programs', 'mysql '.repeat(200_000)],
])('a long text of %s costs no more than a short one', (_what, text) => {
  expect(safeText(text, 80).length).toBeLessThanOrEqual(80);
});
