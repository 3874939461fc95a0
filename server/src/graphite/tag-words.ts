// Parses the words of Graphite's `tags` and of `events()`, and the patterns that Grafana makes of variables. Pure.

import { failed, type Outcome, preview, succeeded } from '@anthracite/protocol';

/** Alternative patterns: `{a,b}` means `a` or `b`, and `*` in each of them matches any characters. */
export type TagWord = readonly string[];

/** The limits of one text. */
export const wordLimits = { words: 64, patterns: 10_000, signs: 256 } as const;

/** Parses the words of `tags`, separated by white space or commas. */
export function readTagWords(text: string): Outcome<readonly TagWord[]> {
  return readWords(text.match(/(?:\{[^{}]*\}|[^\s,])+/g) ?? []);
}

/** Parses the words of one argument of `events()`, separated by commas: tags contain no white space. */
export function readTagArguments(texts: readonly string[]): Outcome<readonly TagWord[]> {
  const words = texts.flatMap((text) => text.match(/(?:\{[^{}]*\}|[^,])+/g) ?? []);
  return readWords(words.map((word) => word.trim()));
}

function readWords(given: readonly string[]): Outcome<readonly TagWord[]> {
  const words = given.filter((word) => word !== '');
  if (words.length > wordLimits.words) return tooMany(`${words.length} words`, `at most ${wordLimits.words}`);
  const expanded: TagWord[] = [];
  for (const word of words) {
    const patterns = expandBraces(word);
    if (patterns === null) {
      return tooMany(preview(word), `at most ${wordLimits.patterns} values in braces`);
    }
    expanded.push(patterns);
  }
  const signs = expanded.flat().filter((pattern) => pattern.includes('*')).length;
  if (signs > wordLimits.signs) return tooMany(`${signs} patterns with *`, `at most ${wordLimits.signs}`);
  return succeeded(expanded);
}

function tooMany(value: string, expected: string): Outcome<never> {
  return failed('BAD_FIELD', { field: '"tags"', value, expected });
}

/** All combinations of the values in braces, each once; null when there are too many. Empty braces are literal. */
function expandBraces(word: string): readonly string[] | null {
  if (!word.includes('{')) return [word];
  let texts = [''];
  for (const part of word.split(/(\{[^{}]*\})/)) {
    const values = /^\{.*\}$/s.test(part) ? part.slice(1, -1).split(',') : [part];
    if (texts.length * values.length > wordLimits.patterns) return null;
    texts = texts.flatMap((text) => values.map((value) => text + value.trim()));
  }
  const patterns = [...new Set(texts)].filter((text) => text !== '');
  return patterns.length > 0 ? patterns : [word];
}
